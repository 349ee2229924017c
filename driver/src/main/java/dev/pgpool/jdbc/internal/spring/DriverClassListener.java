package dev.pgpool.jdbc.internal.spring;

import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;

/**
 * Tells Spring Boot which driver a {@code jdbc:pgpool:} URL needs; Boot finds it by {@code META-INF/spring.factories}.
 *
 * <p>Boot knows drivers by the prefixes of their URLs, and ours is not among them.
 */
// A listener, not an EnvironmentPostProcessor: that interface moved to another package in Boot 4.
public final class DriverClassListener implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {
    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        event.getEnvironment().getPropertySources().addFirst(new DriverClassSource(event.getEnvironment()));
    }
}
