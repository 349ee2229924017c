package dev.pgpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.util.PropertyElf;
import dev.pgpool.pool.PoolProperty;
import java.beans.IntrospectionException;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.naming.Reference;
import javax.naming.StringRefAddr;
import javax.naming.spi.NamingManager;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PgPoolDataSourceTest {
    private final PgPoolDataSource dataSource = new PgPoolDataSource();

    @AfterEach
    void close() {
        dataSource.close();
    }

    @ParameterizedTest
    @EnumSource(PoolProperty.class)
    void each_property_of_the_pool_is_a_bean_property(PoolProperty property)
            throws ReflectiveOperationException, IntrospectionException {
        PropertyDescriptor bean = beanProperties().get(property.shortName());
        boolean number = bean.getPropertyType() == int.class;
        Object unset = bean.getReadMethod().invoke(dataSource);
        assertEquals(property == PoolProperty.NAME ? "null" : property.defaultText(), String.valueOf(unset));

        bean.getWriteMethod().invoke(dataSource, number ? (Object) 7 : "text");
        assertEquals(number ? (Object) 7 : "text", bean.getReadMethod().invoke(dataSource));
        assertEquals(number ? "7" : "text", dataSource.getProperty(property.fullName()));
        assertEquals(
                number ? "7" : "text",
                dataSource.getProperty(property.fullName().toUpperCase()));
    }

    @Test
    void no_setter_has_an_overload_to_be_confused_with() {
        Map<String, Long> setters = Arrays.stream(PgPoolDataSource.class.getMethods())
                .filter(method -> method.getName().startsWith("set") && method.getParameterCount() == 1)
                .collect(Collectors.groupingBy(method -> method.getName(), Collectors.counting()));
        setters.forEach((name, count) -> assertEquals(1, count, name));
    }

    @Test
    void hikari_can_set_every_property_by_text() {
        Properties texts = new Properties();
        texts.setProperty("url", "jdbc:pgpool:orders");
        texts.setProperty("user", "app");
        texts.setProperty("password", "secret");
        texts.setProperty("loginTimeout", "3");
        texts.setProperty("serverNames", "a,b");
        texts.setProperty("portNumbers", "1,2");
        texts.setProperty("databaseName", "orders");
        for (PoolProperty property : PoolProperty.values()) {
            texts.setProperty(property.shortName(), property == PoolProperty.NAME ? "orders" : property.defaultText());
        }
        PropertyElf.setTargetFromProperties(dataSource, texts);
        assertEquals("jdbc:pgpool:orders", dataSource.getUrl());
        assertEquals("jdbc:pgpool:orders", dataSource.getURL());
        assertEquals("app", dataSource.getUser());
        assertEquals("secret", dataSource.getPassword());
        assertEquals(3, dataSource.getLoginTimeout());
        assertArrayEquals(new String[] {"a", "b"}, dataSource.getServerNames());
        assertArrayEquals(new int[] {1, 2}, dataSource.getPortNumbers());
        assertEquals("orders", dataSource.getDatabaseName());
        assertEquals("30s", dataSource.getAcquireTimeout());
    }

    @Test
    void jndi_and_serialization_carry_every_property_as_it_was_set() throws Exception {
        dataSource.setServerNames(new String[] {"a", "b"});
        dataSource.setPortNumbers(new int[] {1, 2});
        dataSource.setDatabaseName("orders");
        dataSource.setUser("app");
        dataSource.setPassword("secret");
        dataSource.setMaxSize(7);
        dataSource.setProperty("currentSchema", "tenant");
        Reference reference = dataSource.getReference();
        PgPoolDataSource found =
                (PgPoolDataSource) NamingManager.getObjectInstance(reference, null, null, new Hashtable<>());
        PgPoolDataSource read = (PgPoolDataSource) writtenAndRead(dataSource);
        for (PgPoolDataSource same : List.of(found, read)) {
            assertEquals(reference, same.getReference());
            assertArrayEquals(new String[] {"a", "b"}, same.getServerNames());
            assertArrayEquals(new int[] {1, 2}, same.getPortNumbers());
            assertEquals("orders", same.getDatabaseName());
            assertEquals("secret", same.getPassword());
            assertEquals(7, same.getMaxSize());
            assertEquals("tenant", same.getProperty("currentSchema"));
            same.close();
        }
    }

    @Test
    void jndi_and_serialization_carry_the_url_and_no_more_than_was_set() throws Exception {
        dataSource.setUrl("jdbc:pgpool://localhost/orders?pool.maxSize=3");
        PgPoolDataSource read = (PgPoolDataSource) writtenAndRead(dataSource);
        assertEquals(dataSource.getUrl(), read.getUrl());
        assertEquals(1, read.getReference().size());
    }

    @Test
    void a_reference_with_wrong_values_says_which() throws Exception {
        Reference ports = new PgPoolDataSource().getReference();
        ports.add(new StringRefAddr("portNumbers", "5432,five"));
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> NamingManager.getObjectInstance(ports, null, null, new Hashtable<>()));
        assertEquals("portNumbers=5432,five are no numbers separated by commas", refused.getMessage());

        Reference size = new PgPoolDataSource().getReference();
        size.add(new StringRefAddr("databaseName", "orders"));
        size.add(new StringRefAddr("pool.maxSize", "many"));
        try (PgPoolDataSource dataSource =
                (PgPoolDataSource) NamingManager.getObjectInstance(size, null, null, new Hashtable<>())) {
            SQLException told = assertThrows(SQLException.class, dataSource::getConnection);
            assertEquals("22023", told.getSQLState());
            assertTrue(told.getMessage().contains("many"), told.getMessage());
        }
    }

    @Test
    void references_to_other_classes_are_left_to_others() {
        Reference other = new Reference("org.postgresql.ds.PGSimpleDataSource");
        assertNull(new PgPoolObjectFactory().getObjectInstance(other, null, null, null));
    }

    private static Object writtenAndRead(Object written) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(written);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return in.readObject();
        }
    }

    @Test
    void all_faults_are_reported_by_get_connection() {
        dataSource.setUrl("jdbc:pgpool://localhost:x/orders");
        dataSource.setMaxSize(0);
        dataSource.setMode("both");
        dataSource.setProperty("pool.maxSise", "5");
        String message = fault();
        assertTrue(message.contains("localhost:x"), message);
        assertTrue(message.contains("pool.maxSize=0 is not allowed"), message);
        assertTrue(message.contains("pool.mode=both is not one of"), message);
        assertTrue(message.contains("did you mean pool.maxSize?"), message);
    }

    @Test
    void a_data_source_needs_one_address() {
        assertEquals("the DataSource has no address; set url, or serverNames and databaseName", fault());
        dataSource.setDatabaseName("orders");
        dataSource.setUrl("jdbc:pgpool:orders");
        assertEquals(
                "the DataSource has two addresses; set either url, or serverNames, portNumbers and databaseName",
                fault());
    }

    @Test
    void each_host_needs_its_port() {
        dataSource.setServerName("a,b");
        dataSource.setPortNumber(5432);
        assertEquals("the DataSource has 2 serverNames but 1 portNumbers; set one for each, or none", fault());
    }

    @Test
    void a_url_of_another_driver_is_named_without_what_it_may_hide() {
        dataSource.setUrl("jdbc:postgresql://localhost/orders?password=s3cret");
        assertEquals("the URL jdbc:postgresql:… of the DataSource does not begin with jdbc:pgpool:", fault());
        dataSource.setUrl("jdbc:");
        assertEquals("the URL … of the DataSource does not begin with jdbc:pgpool:", fault());
    }

    @Test
    void a_closed_data_source_says_so() {
        dataSource.setUrl("jdbc:pgpool:orders");
        dataSource.close();
        SQLException closed = assertThrows(SQLException.class, dataSource::getConnection);
        assertEquals("08003", closed.getSQLState());
        assertEquals("this PgPoolDataSource was closed; it opens no more connections", closed.getMessage());
    }

    @Test
    void it_unwraps_to_itself_only() throws SQLException {
        assertTrue(dataSource.isWrapperFor(DataSource.class));
        assertSame(dataSource, dataSource.unwrap(PgPoolDataSource.class));
        assertThrows(SQLException.class, () -> dataSource.unwrap(String.class));
    }

    @Test
    void a_property_can_be_taken_back() {
        dataSource.setProperty("POOL.NAME", "orders");
        assertEquals("orders", dataSource.getName());
        dataSource.setName(null);
        assertNull(dataSource.getName());
    }

    private String fault() {
        SQLException fault = assertThrows(SQLException.class, dataSource::getConnection);
        assertEquals("22023", fault.getSQLState());
        return fault.getMessage();
    }

    private static Map<String, PropertyDescriptor> beanProperties() throws IntrospectionException {
        return Arrays.stream(Introspector.getBeanInfo(PgPoolDataSource.class).getPropertyDescriptors())
                .collect(Collectors.toMap(PropertyDescriptor::getName, Function.identity()));
    }
}
