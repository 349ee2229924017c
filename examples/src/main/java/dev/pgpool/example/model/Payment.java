package dev.pgpool.example.model;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToOne;
import jakarta.persistence.SequenceGenerator;

/** Money that went from an account to the shop, for one order. */
@Entity
@SuppressWarnings("NullAway.Init")
public class Payment {
    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "payment_seq")
    @SequenceGenerator(name = "payment_seq")
    private Long id;

    @OneToOne(fetch = FetchType.LAZY, optional = false)
    private PurchaseOrder order;

    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    private Account account;

    private long amountCents;

    protected Payment() {}

    Payment(PurchaseOrder order, Account account, long amountCents) {
        this.order = order;
        this.account = account;
        this.amountCents = amountCents;
    }
}
