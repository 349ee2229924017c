package dev.pgpool.it.spring;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A Spring Boot application that knows nothing of the pool but its URL. */
@SpringBootApplication
class OrderApplication {}
