//! Golden tests: the source that is generated from small documents, each of which covers one feature.
//!
//! The document is `golden/NAME.json`. The expected source is next to it: selected types in `NAME.types.rs`, and whole
//! files under their own names. To update the files, run the tests with `POLAR_GOLDEN=write` and review the diff.

mod support;

use std::path::PathBuf;

use polar_codegen::load::load;
use polar_codegen::plan::{Plan, plan};
use polar_codegen::{Result, Selection, Source, source_of};
use quote::ToTokens as _;

/// A document with its plan and its source.
struct Golden {
    name: &'static str,
    plan: Plan,
    source: Source,
}

impl Golden {
    #[track_caller]
    fn of(name: &'static str) -> Self {
        Self::passed(name).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn passed(name: &'static str) -> Result<Self> {
        let plan = plan(&load(&path(name, "json"))?)?;
        let source = source_of(plan.clone(), &Selection::all())?;
        Ok(Self { name, plan, source })
    }

    /// Compares a whole file.
    #[track_caller]
    fn file(&self, file: &str) -> &Self {
        let text = self.text(file);
        self.compare(&format!("{file}.rs"), &text)
    }

    /// Compares the source of some types, regardless of the file that contains them.
    #[track_caller]
    fn types(&self, names: &[&str]) -> &Self {
        let files = self.source.keys().filter(|file| file.starts_with("types_"));
        let items = files.flat_map(|file| {
            let file = syn::parse_file(&self.text(file)).expect("the source is Rust");
            items_of(&file, names)
        });
        let items: Vec<syn::Item> = items.collect();
        assert!(!items.is_empty(), "{}: none of {names:?} is in the source", self.name);
        self.compare("types.rs", &unparse(items))
    }

    fn text(&self, file: &str) -> String {
        let text = self.source.get(file).unwrap_or_else(|| panic!("no `{file}` among {:?}", self.source.keys()));
        text.clone()
    }

    #[track_caller]
    fn compare(&self, kind: &str, found: &str) -> &Self {
        let path = path(self.name, kind);
        if std::env::var_os("POLAR_GOLDEN").is_some_and(|what| what == "write") {
            std::fs::write(&path, found).expect("the golden file can be written");
            return self;
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        if expected != found {
            let same = expected.lines().zip(found.lines()).take_while(|(one, other)| one == other).count();
            let excerpt =
                |text: &str| text.lines().skip(same).take(8).map(|line| format!("    {line}\n")).collect::<String>();
            panic!(
                "{} differs from line {} on.\nexpected:\n{}found:\n{}To accept what was found, run the tests with \
                 `POLAR_GOLDEN=write`, and look at the difference.",
                path.display(),
                same + 1,
                excerpt(&expected),
                excerpt(found),
            );
        }
        self
    }
}

fn unparse(items: Vec<syn::Item>) -> String {
    prettyplease::unparse(&syn::File { shebang: None, attrs: Vec::new(), items, frontmatter: None })
}

/// Returns the items of a file that define or implement one of these types.
fn items_of(file: &syn::File, names: &[&str]) -> Vec<syn::Item> {
    let is_wanted = |name: &dyn ToString| names.contains(&name.to_string().as_str());
    let wanted = |item: &&syn::Item| match item {
        syn::Item::Struct(item) => is_wanted(&item.ident),
        syn::Item::Enum(item) => is_wanted(&item.ident),
        syn::Item::Static(item) => is_wanted(&item.ident),
        syn::Item::Impl(item) => {
            let own = item.self_ty.to_token_stream().to_string();
            is_wanted(&own.split(' ').next().unwrap_or_default())
        }
        // `impl_object!(Name, …)`
        syn::Item::Macro(item) => {
            let text = item.mac.tokens.to_string();
            is_wanted(&text.split([' ', ',']).next().unwrap_or_default())
        }
        _ => false,
    };
    file.items.iter().filter(wanted).cloned().collect()
}

fn path(name: &str, kind: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "golden", &format!("{name}.{kind}")].iter().collect()
}

#[test]
fn a_declared_discriminator_tells_variants_apart() {
    Golden::of("union_by_discriminator").types(&["Lamp"]);
}

#[test]
fn constants_and_enumerated_values_tell_variants_apart() {
    Golden::of("union_by_constant").types(&["Vehicle", "Bicycle"]);
}

#[test]
fn json_schemas_refer_to_types_and_leave_out_what_says_nothing_of_values() {
    let golden = Golden::of("shared_properties");
    let document = load(&path("shared_properties", "json")).expect("a document");
    let schemas = polar_codegen::json_schemas::json_schemas(&document, &golden.plan).expect("schemas");
    golden.compare("json_schemas.rs", &schemas);
}

#[test]
fn what_all_variants_share_is_there_whichever_it_is() {
    Golden::of("shared_properties").types(&["Animal", "UnknownAnimal"]);
}

#[test]
fn a_property_within_a_property_tells_variants_apart() {
    Golden::of("union_by_nested_property").types(&["Ticket"]);
}

#[test]
fn the_properties_that_are_there_tell_variants_apart() {
    Golden::of("union_by_keys").types(&["Rent", "Price"]);
}

#[test]
fn one_open_variant_takes_what_the_constants_leave() {
    Golden::of("union_with_open_variant").types(&["Instrument", "InstrumentGeneric"]);
}

#[test]
fn the_object_around_a_union_tells_its_variant() {
    Golden::of("union_told_by_parent").types(&["Permit", "PermitDetails"]);
}

#[test]
fn a_string_may_be_a_literal_or_something_else() {
    Golden::of("string_or_literal").types(&["AlarmCreateStart"]);
}

#[test]
fn enumerations_are_open_and_keep_every_value() {
    Golden::of("enumerations").types(&["BookSort", "Binding", "Shelf"]);
}

#[test]
fn a_property_is_required_or_nullable_or_optional_or_all_three_apart() {
    Golden::of("presence").types(&["Note", "NoteChanges", "NoteCreate", "NoteUpdate"]);
}

#[test]
fn a_constant_that_was_checked_already_has_no_field() {
    Golden::of("constants").types(&["Rain", "Label", "AlertCreate"]);
}

#[test]
fn an_optional_tag_of_a_union_in_requests_is_always_sent() {
    Golden::of("optional_tags").types(&["Scale", "ScaleLinear", "ScaleLog", "MountWall"]);
}

#[test]
fn simple_values_get_exact_types() {
    Golden::of("scalars").types(&["Reading"]);
}

#[test]
fn a_table_says_which_properties_are_secrets() {
    Golden::of("secrets").types(&["Safe"]).file("api");
}

#[test]
fn maps_keep_what_has_no_name() {
    Golden::of("maps").types(&["Settings", "SettingsUpdate"]);
}

#[test]
fn lists_of_a_resource_come_in_pages() {
    Golden::of("pages").file("resources_birds").file("every_operation");
}

#[test]
fn operations_become_data_and_builders() {
    Golden::of("operations").file("operations").file("resources_kites");
}

#[test]
fn a_client_has_only_what_its_credential_may_do() {
    Golden::of("credentials").file("api").file("resources_customer_portal").file("resources_tours");
}

#[test]
fn all_webhooks_are_one_union() {
    Golden::of("webhooks").types(&["WebhookPayload", "BoatLaunched"]);
}

#[test]
fn a_type_may_hold_itself() {
    Golden::of("recursion").types(&["Folder", "Filter", "FilterClausesItem"]);
}

#[test]
fn a_call_of_every_operation_takes_everything() {
    Golden::of("operations").file("every_operation");
}

#[test]
fn every_golden_file_belongs_to_a_test() {
    let tests = [include_str!("golden.rs"), include_str!("pruning.rs")].concat();
    for entry in std::fs::read_dir(path("any", "json").parent().expect("a folder")).expect("the folder is there") {
        let file = entry.expect("an entry").file_name().into_string().expect("a plain name");
        let name = file.split('.').next().unwrap_or_default();
        assert!(path(name, "json").exists(), "{file} is of no document");
        let is_used = tests.contains(&format!("Golden::of(\"{name}\")")) || tests.contains(&format!("/{name}.json"));
        assert!(is_used, "no test reads {name}.json");
    }
}
