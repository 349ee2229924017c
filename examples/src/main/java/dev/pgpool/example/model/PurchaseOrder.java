package dev.pgpool.example.model;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.SequenceGenerator;
import java.util.ArrayList;
import java.util.List;

/** What a customer has ordered, and whether it is paid. */
@Entity
@SuppressWarnings("NullAway.Init")
public class PurchaseOrder {
    /** The life of an order. */
    public enum Status {
        PLACED,
        PAID
    }

    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "purchase_order_seq")
    @SequenceGenerator(name = "purchase_order_seq")
    private Long id;

    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    private Customer customer;

    @Enumerated(EnumType.STRING)
    private Status status;

    private long totalCents;

    @OneToMany(mappedBy = "order", cascade = CascadeType.PERSIST)
    private List<OrderLine> lines = new ArrayList<>();

    protected PurchaseOrder() {}

    public PurchaseOrder(Customer customer) {
        this.customer = customer;
        this.status = Status.PLACED;
    }

    public Long id() {
        return id;
    }

    public Customer customer() {
        return customer;
    }

    public Status status() {
        return status;
    }

    public long totalCents() {
        return totalCents;
    }

    public List<OrderLine> lines() {
        return List.copyOf(lines);
    }

    /**
     * Takes a product from the shelf into this order; the caller holds the lock of the product's row.
     *
     * @throws SoldOutException if fewer are left
     */
    public void add(Product product, int quantity) {
        product.take(quantity);
        lines.add(new OrderLine(this, product, quantity));
        totalCents += quantity * product.priceCents();
    }

    /** Pays this order; the caller holds the lock of the account's row. */
    public Payment pay(Account account) {
        account.withdraw(totalCents);
        status = Status.PAID;
        return new Payment(this, account, totalCents);
    }
}
