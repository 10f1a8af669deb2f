//! The names of operations in other clients, for users who migrate from them.
//!
//! The rules were verified for every operation against the sources of these versions.

use super::{type_name, value_name};

/// The version of `@polar-sh/sdk` that the names refer to.
pub const TYPESCRIPT_VERSION: &str = "1.0.1";
/// The version of `polar-sdk` that the names refer to.
pub const PYTHON_VERSION: &str = "1.0.2";

/// Prefixes of the ids of operations that the official clients omit.
const NOT_OFFICIAL: [&str; 4] = [
    "customer_portal:downloadables:customer_portal.downloadables.get",
    "members:",
    "oauth2:clients:list",
    "organization_access_tokens:",
];

/// The names of an operation in other clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherNames {
    /// The method in the official TypeScript client, such as `customerPortal.orders.getPaymentStatus`.
    pub typescript: Option<String>,
    /// The standalone function in the official TypeScript client, such as `getPaymentStatusOrders`.
    pub typescript_function: Option<String>,
    /// The standalone function in versions of that client before 1.0, such as `customerPortalOrdersGetPaymentStatus`.
    pub typescript_0_function: Option<String>,
    /// The method in the official Python client, such as `customer_portal.orders.get_payment_status`.
    pub python: Option<String>,
    /// The function in Polarex for Elixir, such as `Polarex.CustomerPortal.customer_portal_orders_get_payment_status`.
    pub elixir: String,
}

impl OtherNames {
    /// Returns the names of the operation with an id.
    pub fn of(operation_id: &str) -> Self {
        let parts: Vec<&str> = operation_id.split(':').collect();
        let snake: Vec<String> = parts.iter().map(|part| value_name(part)).collect();
        let camel: Vec<String> = snake.iter().map(|part| camel_case(part)).collect();
        let is_official = NOT_OFFICIAL.iter().all(|start| !operation_id.starts_with(start));
        let official = |name: String| is_official.then_some(name);
        let group = parts.len().checked_sub(2).map(|index| type_name(&snake[index])).unwrap_or_default();
        let module = match parts[..] {
            ["oauth2", "clients", ..] => "Clients".to_owned(),
            _ => type_name(&snake[0]),
        };
        let function = camel.last().map(String::as_str).unwrap_or_default();
        Self {
            typescript: official(camel.join(".")),
            typescript_function: official(format!("{function}{group}")),
            typescript_0_function: official(camel_case(&snake.join("_"))),
            python: official(snake.join(".")),
            elixir: format!("Polarex.{module}.{}", operation_id.replace([':', '-', '.'], "_")),
        }
    }

    /// Returns all names without duplicates, as search terms.
    pub fn all(&self) -> Vec<&str> {
        let names = [&self.typescript, &self.typescript_function, &self.typescript_0_function, &self.python];
        let mut all: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
        // The functions of Polarex are unique without their modules.
        all.extend(self.elixir.rsplit('.').next());
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// Converts a name from snake case to camel case.
fn camel_case(snake: &str) -> String {
    let mut camel = type_name(snake);
    if let Some(first) = camel.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_from_groups_and_name() {
        let names = OtherNames::of("customer_portal:benefit-grants:get");
        assert_eq!(names.typescript.as_deref(), Some("customerPortal.benefitGrants.get"));
        assert_eq!(names.typescript_function.as_deref(), Some("getBenefitGrants"));
        assert_eq!(names.typescript_0_function.as_deref(), Some("customerPortalBenefitGrantsGet"));
        assert_eq!(names.python.as_deref(), Some("customer_portal.benefit_grants.get"));
        assert_eq!(names.elixir, "Polarex.CustomerPortal.customer_portal_benefit_grants_get");
    }

    #[test]
    fn clients_of_oauth2_have_a_module_of_their_own_in_elixir() {
        let names = OtherNames::of("oauth2:clients:oauth2:create_client");
        assert_eq!(names.elixir, "Polarex.Clients.oauth2_clients_oauth2_create_client");
        assert_eq!(names.typescript.as_deref(), Some("oauth2.clients.oauth2.createClient"));
        assert_eq!(names.typescript_function.as_deref(), Some("createClientOauth2"));
    }

    #[test]
    fn official_clients_lack_what_the_public_document_lacks() {
        let names = OtherNames::of("members:get_member");
        assert_eq!((names.typescript, names.python), (None, None));
        assert_eq!(names.elixir, "Polarex.Members.members_get_member");
    }

    #[test]
    fn a_search_has_each_name_once() {
        let names = OtherNames::of("checkouts:create");
        assert_eq!(names.all(), ["checkouts.create", "checkoutsCreate", "checkouts_create", "createCheckouts"]);
    }
}
