//! The names of operations in other clients, as search terms for users who migrate from them.

use std::collections::BTreeSet;

use super::{type_name, value_name};

/// Returns the names that other clients derive from the id of an operation.
pub fn aliases(operation_id: &str) -> BTreeSet<String> {
    let parts: Vec<&str> = operation_id.split(':').collect();
    let snake: Vec<String> = parts.iter().map(|part| value_name(part)).collect();
    let camel: Vec<String> = snake.iter().map(|part| camel_case(part)).collect();
    let group = parts.len().checked_sub(2).map(|index| type_name(&snake[index])).unwrap_or_default();
    BTreeSet::from([
        // The methods in the official clients for TypeScript and Python.
        camel.join("."),
        snake.join("."),
        // The standalone functions of TypeScript: `getPaymentStatusOrders`, and before version 1,
        // `customerPortalOrdersGetPaymentStatus`.
        format!("{}{group}", camel.last().map(String::as_str).unwrap_or_default()),
        camel_case(&snake.join("_")),
        // Polarex for Elixir.
        operation_id.replace([':', '-', '.'], "_"),
    ])
}

/// Converts `get_payment_status` to `getPaymentStatus`.
fn camel_case(snake: &str) -> String {
    let mut camel = type_name(snake);
    if let Some(first) = camel.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::aliases;

    #[test]
    fn aliases_follow_from_the_id() {
        let names = aliases("customer_portal:benefit-grants:get");
        let expected = [
            "customerPortal.benefitGrants.get",
            "customerPortalBenefitGrantsGet",
            "customer_portal.benefit_grants.get",
            "customer_portal_benefit_grants_get",
            "getBenefitGrants",
        ];
        assert!(names.iter().eq(expected), "{names:?}");
    }

    #[test]
    fn equal_names_are_one_alias() {
        let names = aliases("checkouts:create");
        assert!(
            names.iter().eq(["checkouts.create", "checkoutsCreate", "checkouts_create", "createCheckouts"]),
            "{names:?}"
        );
    }
}
