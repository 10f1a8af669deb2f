use polar_client::types::{CheckoutProductsCreate, LicenseKeyDeactivate, Order};

fn main() {}

fn wrong(polar: polar_client::Polar, order: Order) {
    let _ = polar.customers().get(order.id);
    let _ = polar.customers().get(order.id.as_uuid());
    let _ = CheckoutProductsCreate::new([]).customer_id(order.id);
    let _ = LicenseKeyDeactivate::new(order.id, "KEY", order.customer_id);
    let _ = order.id == order.customer_id;
}
