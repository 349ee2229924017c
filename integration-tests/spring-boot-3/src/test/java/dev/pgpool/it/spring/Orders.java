package dev.pgpool.it.spring;

import java.util.List;
import org.springframework.data.jpa.repository.JpaRepository;

/** All orders. */
interface Orders extends JpaRepository<Order, Long> {
    List<Order> findByCustomer(String customer);
}
