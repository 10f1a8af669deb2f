//! Pruning of a document to selected resources.

mod support;

use std::path::Path;

use polar_codegen::load::{Document, load};
use polar_codegen::model::{Model, model_of};
use polar_codegen::{Selection, Source};
use support::{ids, names, union};

/// A document of trees with fruit and of nests in trees, with a webhook for each. One webhook belongs to no resource.
fn document() -> Document {
    load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/pruning.json"))).expect("the document loads")
}

fn selection(resources: &[&str]) -> Selection {
    let resources = resources.iter().map(|&resource| resource.to_owned()).collect();
    Selection { resources: Some(resources), webhook_events: false, client: true, exercises: false }
}

fn pruned(selection: &Selection) -> Model {
    model_of(&document(), selection).expect("a model")
}

fn source(selection: &Selection) -> Source {
    polar_codegen::source(&document(), selection).expect("source")
}

fn events(model: &Model) -> Vec<&str> {
    union(model, "WebhookPayload").variants.iter().map(|variant| variant.name.as_str()).collect()
}

#[test]
fn operations_of_other_resources_vanish() {
    assert_eq!(ids(&pruned(&selection(&["trees"]))), ["trees:create", "trees:fruit:list", "trees:list"]);
    assert_eq!(ids(&pruned(&selection(&["bird-nests"]))), ["bird-nests:list"]);
}

#[test]
fn types_of_other_resources_are_removed() {
    let left = pruned(&selection(&["trees"]));
    assert_eq!(names(&left), ["Fruit", "FruitApple", "FruitPear", "Tree", "TreeCreate"]);
}

#[test]
fn types_that_a_resource_shares_with_others_are_kept() {
    let left = pruned(&selection(&["bird-nests"]));
    assert_eq!(names(&left), ["BirdNest", "Fruit", "FruitApple", "FruitPear", "Tree"]);
}

#[test]
fn an_empty_selection_results_in_no_operations_and_types() {
    let left = pruned(&selection(&[]));
    assert!(left.operations.is_empty() && left.types.is_empty() && left.webhook_union.is_none());
    assert_eq!(source(&selection(&[])).keys().collect::<Vec<_>>(), ["api", "error_names", "operations"]);
}

#[test]
fn files_of_types_do_not_depend_on_the_selection() {
    let file_of = |selection: &Selection, file: &str| source(selection)[file].to_string();
    // The file of a type depends on the resources of the whole document, not on the selected ones.
    assert_eq!(file_of(&selection(&["bird-nests"]), "types_shared"), file_of(&selection(&["trees"]), "types_shared"),);
    assert_eq!(
        file_of(&selection(&["bird-nests"]), "types_bird_nests"),
        file_of(&selection(&["bird-nests", "trees"]), "types_bird_nests"),
    );
}

#[test]
fn webhook_events_are_those_of_the_selected_resources_and_of_none() {
    let left = pruned(&Selection { webhook_events: true, ..selection(&["bird-nests"]) });
    assert_eq!(events(&left), ["BirdNestLeft", "ForestGrown"]);
    assert!(!names(&left).contains(&"TreePlantedPayload"), "{:?}", names(&left));
}

#[test]
fn webhook_events_keep_their_tags_when_others_are_removed() {
    let selection = Selection { webhook_events: true, ..selection(&["bird-nests"]) };
    let text = source(&selection)["types_webhook_events"].to_string();
    assert!(
        text.contains(
            r#"Literal::String("bird_nest.left") => {
                reader.variant("BirdNestLeft""#
        ),
        "{text}"
    );
    assert!(!text.contains("tree.planted") && !text.contains("TreePlanted"), "{text}");
    assert!(text.contains("impl From<BirdNestLeftPayload> for WebhookPayload"), "{text}");
}

#[test]
fn there_are_no_webhook_types_without_the_feature() {
    let left = pruned(&Selection { webhook_events: false, ..Selection::all() });
    assert_eq!(left.webhook_union, None);
    assert_eq!(names(&left), ["BirdNest", "Fruit", "FruitApple", "FruitPear", "Tree", "TreeCreate"]);
}

#[test]
fn only_webhook_types_are_left_without_a_client() {
    let selection = Selection { client: false, exercises: false, ..Selection::all() };
    let left = pruned(&selection);
    assert!(left.operations.is_empty());
    assert_eq!(events(&left), ["BirdNestLeft", "ForestGrown", "TreePlanted"]);
    assert!(names(&left).contains(&"Fruit") && !names(&left).contains(&"TreeCreate"), "{:?}", names(&left));
    let files: Vec<String> = source(&selection).into_keys().collect();
    assert_eq!(files, ["api", "types_shared", "types_trees", "types_webhook_events"]);
}
