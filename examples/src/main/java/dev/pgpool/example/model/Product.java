package dev.pgpool.example.model;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** Something on the shelf: how many there were at the start, and how many are left. */
@Entity
@SuppressWarnings("NullAway.Init")
public class Product {
    @Id
    private Long id;

    private String name;
    private long priceCents;
    private int openingStock;
    private int stock;

    protected Product() {}

    public Long id() {
        return id;
    }

    public long priceCents() {
        return priceCents;
    }

    /**
     * Takes some from the shelf; the caller holds the row's lock.
     *
     * @throws SoldOutException if fewer are left
     */
    void take(int quantity) {
        if (quantity > stock) {
            throw new SoldOutException(name + ": " + quantity + " wanted, " + stock + " left");
        }
        stock -= quantity;
    }
}
