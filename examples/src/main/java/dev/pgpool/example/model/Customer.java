package dev.pgpool.example.model;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.OneToOne;

/** Somebody who buys. */
@Entity
@SuppressWarnings("NullAway.Init")
public class Customer {
    @Id
    private Long id;

    private String name;

    @OneToOne(fetch = FetchType.LAZY, optional = false)
    private Account account;

    protected Customer() {}

    public Account account() {
        return account;
    }
}
