//! Golden tests: the source that is generated from small documents, each of which covers one feature.
//!
//! The document is `golden/NAME.json`. The expected source is next to it: selected types in `NAME.types.rs`, and whole
//! files under their own names. To update the files, run the tests with `POLAR_GOLDEN=write` and review the diff.

mod support;

use std::path::PathBuf;

use polar_codegen::load::load;
use polar_codegen::model::{Model, model};
use polar_codegen::{Result, Source, emit};
use quote::ToTokens as _;

/// A document with its model and its source.
struct Golden {
    name: &'static str,
    model: Model,
    source: Source,
}

impl Golden {
    #[track_caller]
    fn of(name: &'static str) -> Self {
        Self::passed(name).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn passed(name: &'static str) -> Result<Self> {
        let model = model(&load(&path(name, "json"))?)?;
        let source = emit(model.clone())?;
        Ok(Self { name, model, source })
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
fn declared_discriminators_select_variants() {
    Golden::of("union_by_discriminator").types(&["Lamp"]);
}

#[test]
fn constants_and_enumerations_select_variants() {
    Golden::of("union_by_constant").types(&["Vehicle", "Bicycle"]);
}

#[test]
fn json_schemas_refer_to_types_and_omit_annotations() {
    let golden = Golden::of("shared_properties");
    let document = load(&path("shared_properties", "json")).expect("a document");
    let schemas = polar_codegen::json_schemas::json_schemas(&document, &golden.model).expect("schemas");
    golden.compare("json_schemas.rs", &schemas);
}

#[test]
fn shared_properties_are_accessible_in_all_variants() {
    Golden::of("shared_properties").types(&["Animal", "UnknownAnimal"]);
}

#[test]
fn nested_properties_select_variants() {
    Golden::of("union_by_nested_property").types(&["Ticket"]);
}

#[test]
fn present_properties_select_variants() {
    Golden::of("union_by_keys").types(&["Rent", "Price"]);
}

#[test]
fn open_variants_accept_all_other_tags() {
    Golden::of("union_with_open_variant").types(&["Instrument", "InstrumentGeneric"]);
}

#[test]
fn properties_of_the_parent_select_variants() {
    Golden::of("union_told_by_parent").types(&["Permit", "PermitDetails"]);
}

#[test]
fn strings_may_be_literals_or_other_types() {
    Golden::of("string_or_literal").types(&["AlarmCreateStart"]);
}

#[test]
fn enumerations_are_open_and_keep_every_value() {
    Golden::of("enumerations").types(&["BookSort", "Binding", "Shelf"]);
}

#[test]
fn properties_are_required_nullable_optional_or_patched() {
    Golden::of("presence").types(&["Note", "NoteChanges", "NoteCreate", "NoteUpdate"]);
}

#[test]
fn constants_that_are_already_checked_have_no_field() {
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
fn secrets_are_marked_in_the_table_of_properties() {
    Golden::of("secrets").types(&["Safe"]).file("api");
}

#[test]
fn maps_keep_additional_properties() {
    Golden::of("maps").types(&["Settings", "SettingsUpdate"]);
}

#[test]
fn lists_of_a_resource_come_in_pages() {
    Golden::of("pages").file("resources_birds").file("every_operation");
}

#[test]
fn operations_have_constants_and_builders() {
    Golden::of("operations").file("operations").file("resources_kites");
}

#[test]
fn clients_have_only_the_operations_of_their_credential() {
    Golden::of("credentials").file("api").file("resources_customer_portal").file("resources_tours");
}

#[test]
fn all_webhooks_are_one_union() {
    Golden::of("webhooks").types(&["WebhookPayload", "BoatLaunched"]);
}

#[test]
fn types_may_be_recursive() {
    Golden::of("recursion").types(&["Folder", "Filter", "FilterClausesItem"]);
}

#[test]
fn every_operation_is_called_with_all_parameters() {
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
