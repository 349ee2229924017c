package dev.pgpool.it.spring;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** An order, as an application would have it. */
@Entity
@Table(name = "orders")
class Order {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    private String customer;

    protected Order() {}

    Order(String customer) {
        this.customer = customer;
    }

    Long id() {
        return id;
    }

    String customer() {
        return customer;
    }

    void rename(String newCustomer) {
        customer = newCustomer;
    }
}
