package dev.pgpool.it.spring;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Changes orders in transactions. */
@Service
class OrderService {
    private final Orders orders;

    OrderService(Orders orders) {
        this.orders = orders;
    }

    @Transactional
    public long place(String customer) {
        return orders.save(new Order(customer)).id();
    }

    @Transactional
    public void rename(long id, String customer) {
        orders.findById(id).orElseThrow().rename(customer);
    }

    @Transactional
    public void renameInVain(long id, String customer) {
        rename(id, customer);
        orders.flush();
        throw new IllegalStateException("on purpose");
    }

    @Transactional(readOnly = true)
    public String customerOf(long id) {
        return orders.findById(id).orElseThrow().customer();
    }
}
