//! Plans of individual schemas that need no golden file.

mod support;

use polar_codegen::model::{Id, Kind, Rule, TypeRef};
use serde_json::{Value, json};
use support::{
    answering, answering_with, document, json_content, model_of, names, object, operation, operation_of, property,
    reference, sources, structure, taking, text, ty, union, variants,
};

fn values(count: usize) -> Value {
    let values: Vec<String> = (0..count).map(|index| format!("value {index}")).collect();
    json!({ "type": "string", "enum": values })
}

fn of_x(schema: Value) -> TypeRef {
    property(&model_of(&answering(object(json!({ "x": schema })))), "Thing", "x").clone()
}

#[test]
fn an_enumeration_of_more_than_300_values_is_a_string() {
    assert_eq!(of_x(values(301)), TypeRef::String);
    assert_eq!(of_x(values(300)), TypeRef::Named("ThingX".to_owned()));
}

#[test]
fn values_of_one_enumeration_may_share_words_with_the_fallback() {
    let schema = json!({ "type": "string", "enum": ["unknown", "unknown_device", "known"] });
    let model = model_of(&answering(object(json!({ "x": schema }))));
    assert_eq!(variants(&model, "ThingX"), ["UnknownValue", "UnknownDevice", "Known"]);
}

#[test]
fn an_intersection_of_objects_has_the_properties_of_all() {
    let model = model_of(&answering_with(json!({
        "Thing": { "allOf": [reference("Base"), object(json!({ "size": { "type": "integer" } }))] },
        "Base": { "type": "object", "required": ["id"], "properties": {
            "id": { "type": "string", "format": "uuid4" },
            "note": { "type": "string" },
        } },
    })));
    let properties = structure(&model, "Thing").properties.iter();
    let properties: Vec<_> = properties.map(|property| (property.name.as_str(), property.required)).collect();
    assert_eq!(properties, [("id", true), ("size", true), ("note", false)]);
    assert_eq!(of_x(json!({ "allOf": [{ "type": "integer" }] })), TypeRef::Integer);
}

#[test]
fn required_properties_without_a_schema_accept_any_value() {
    let mut thing = object(json!({ "name": { "type": "string" } }));
    thing["required"] = json!(["more", "name"]);
    let model = model_of(&answering(thing));
    let more = &structure(&model, "Thing").properties[0];
    assert_eq!((more.name.as_str(), &more.ty, more.required), ("more", &TypeRef::Any, true));
    // If additional properties have a type, the property is one of them.
    let map = json!({ "type": "object", "required": ["more", "name"], "properties": { "name": { "type": "string" } },
        "additionalProperties": { "type": "integer" } });
    assert_eq!(structure(&model_of(&answering(map)), "Thing").properties.len(), 1);
}

#[test]
fn recursive_properties_of_a_body_may_be_patches() {
    let thing = json!({ "type": "object", "properties": {
        "itself": { "anyOf": [reference("Thing"), { "type": "null" }] },
    } });
    let source = text(&document(json!({
        "paths": { "/things": { "post": {
            "operationId": "things:create",
            "requestBody": { "required": true, "content": { "application/json": { "schema": reference("Thing") } } },
            "responses": { "204": {} },
        } } },
        "components": { "schemas": { "Thing": thing } },
    })));
    let source = source.expect("source");
    assert!(source.contains("pub itself: Patch<Box<Thing>>"), "{source}");
}

/// Returns a document with a list of things, whose pages have properties that the client's own page type lacks.
fn list_with(page: Value, pagination: Value) -> Value {
    let mut properties =
        json!({ "items": { "type": "array", "items": reference("Thing") }, "pagination": reference("Pagination") });
    let mut about = json!({ "max_page": { "type": "integer" }, "total_count": { "type": "integer" } });
    for (into, more) in [(&mut properties, page), (&mut about, pagination)] {
        into.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    }
    let query = |name: &str| json!({ "name": name, "in": "query", "schema": { "type": "integer" } });
    document(json!({
        "paths": { "/things": { "get": {
            "operationId": "things:list",
            "parameters": [query("limit"), query("page")],
            "responses": { "200": json_content(reference("ListResource_Thing_")) },
        } } },
        "components": { "schemas": {
            "Thing": object(json!({ "name": { "type": "string" } })),
            "ListResource_Thing_": object(properties),
            "Pagination": object(about),
        } },
    }))
}

#[test]
fn pages_with_further_properties_keep_them() {
    let none = || json!({});
    let plain = model_of(&list_with(none(), none()));
    let named = TypeRef::Named("Thing".to_owned());
    assert_eq!(operation_of(&plain, "things:list").success.ty(), Some(&TypeRef::Page(Box::new(named))));
    let more = json!({ "sum": { "type": "integer" } });
    for document in [list_with(more.clone(), none()), list_with(none(), more)] {
        let model = model_of(&document);
        let own = TypeRef::Named("ListResourceThing".to_owned());
        assert_eq!(operation_of(&model, "things:list").success.ty(), Some(&own));
        // The pagination is inferred from the parameters and the response.
        assert!(operation_of(&model, "things:list").pagination.is_some());
        let source = text(&document).expect("source");
        let says = "ListResourceThing, Thing, page, (None, Some(page.pagination.max_page))";
        assert!(source.contains(says), "{source}");
    }
}

#[test]
fn scopes_that_operations_ask_for_are_known_though_the_document_does_not_list_them() {
    let get = json!({
        "operationId": "things:get",
        "security": [{ "oat": ["things:read", "parts:read"] }],
        "responses": { "204": {} },
    });
    let model = model_of(&document(json!({
        "paths": { "/things": { "get": get } },
        "components": { "schemas": { "Scope": { "type": "string", "enum": ["things:read", "things:write"] } } },
    })));
    assert_eq!(model.scope_enum.as_deref(), Some("Scope"));
    assert_eq!(variants(&model, "Scope"), ["ThingsRead", "ThingsWrite", "PartsRead"]);
}

#[test]
fn a_variant_never_has_the_name_of_the_fallback() {
    let animal = |tag: &str| object(json!({ "kind": { "type": "string", "const": tag } }));
    let model = model_of(&answering_with(json!({
        "Thing": { "anyOf": [reference("KnownAnimal"), reference("UnknownAnimal")] },
        "KnownAnimal": animal("known"),
        "UnknownAnimal": animal("unknown"),
    })));
    let names: Vec<&str> = union(&model, "Thing").variants.iter().map(|variant| variant.name.as_str()).collect();
    assert_eq!(names, ["Known", "UnknownValue"]);
    sources(&model).expect("source");
}

#[test]
fn only_the_sign_of_a_sorting_makes_a_direction() {
    let schema = json!({ "type": "string", "enum": ["name", "-name", "-size", "age"] });
    let model = model_of(&answering(object(json!({ "x": schema }))));
    assert_eq!(variants(&model, "ThingX"), ["NameAsc", "NameDesc", "SizeDesc", "Age"]);
}

#[test]
fn inline_enumerations_of_one_name_and_the_same_values_are_one_type() {
    let colour = json!({ "type": "string", "enum": ["red", "blue"], "x-rust-name": "Colour" });
    let model = model_of(&answering(object(json!({ "a": colour, "b": colour }))));
    assert_eq!(names(&model), ["Colour", "Thing"]);
}

#[test]
fn a_name_that_an_overlay_gives_becomes_a_rust_name() {
    let colour = json!({ "type": "string", "enum": ["red"], "x-rust-name": "paint-colour" });
    let model = model_of(&answering(object(json!({ "a": colour }))));
    assert_eq!(property(&model, "Thing", "a"), &TypeRef::Named("PaintColour".to_owned()));
}

#[test]
fn a_schema_with_a_name_from_an_overlay_may_hold_itself() {
    let mut thing = object(json!({ "parts": { "type": "array", "items": reference("Thing") } }));
    thing["x-rust-name"] = json!("Machine");
    let model = model_of(&answering(thing));
    assert_eq!(property(&model, "Machine", "parts"), &TypeRef::List(TypeRef::Named("Machine".to_owned()).into()));
}

#[test]
fn aliases_are_replaced_by_their_target() {
    let model = model_of(&answering_with(json!({
        "Thing": object(json!({ "one": reference("Key"), "other": reference("Key") })),
        "Key": { "type": "string", "format": "uuid4" },
    })));
    assert_eq!(property(&model, "Thing", "other"), &TypeRef::Uuid);
    assert_eq!(names(&model), ["Thing"]);
}

#[test]
fn unused_types_are_omitted() {
    let part = object(json!({ "y": { "type": "string" } }));
    let model =
        model_of(&answering_with(json!({ "Thing": object(json!({ "x": { "type": "string" } })), "Part": part })));
    assert_eq!(names(&model), ["Thing"]);
}

#[test]
fn properties_are_in_the_order_in_which_the_document_requires_them() {
    let text = json!({ "type": "string" });
    let mut thing = object(json!({ "b": text, "a_b": text, "a": text, "C": text }));
    thing["required"] = json!(["b", "C"]);
    let model = model_of(&answering(thing));
    let names: Vec<&str> =
        structure(&model, "Thing").properties.iter().map(|property| property.name.as_str()).collect();
    assert_eq!(names, ["b", "C", "a", "a_b"]);
}

#[test]
fn a_pair_of_two_types_keeps_them_within_a_list() {
    let pair = json!({ "type": "array", "prefixItems": [{ "type": "string" }, reference("Unit")] });
    let model = model_of(&answering_with(json!({
        "Thing": object(json!({ "sizes": { "type": "array", "items": pair } })),
        "Unit": { "type": "string", "enum": ["metre"] },
    })));
    let text = sources(&model).expect("source")["types_things"].clone();
    assert!(text.contains("pub sizes: Vec<(String, Unit)>"), "{text}");
}

#[test]
fn an_answer_that_may_be_null_is_optional() {
    let part = object(json!({ "x": { "type": "string" } }));
    let model = model_of(&answering(json!({ "anyOf": [part, { "type": "null" }] })));
    let success = &operation_of(&model, "things:get").success;
    assert!(matches!(success, polar_codegen::model::Success::OptionalJson(_)), "{success:?}");
}

#[test]
fn errors_and_defaults_of_an_operation_are_no_successes() {
    let get = json!({
        "operationId": "things:get",
        "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
        "responses": {
            "200": json_content(json!({ "type": "integer" })),
            "404": json_content(json!({ "type": "boolean" })),
            "default": json_content(json!({ "type": "string" })),
        },
    });
    let model = model_of(&operation(get));
    assert_eq!(operation_of(&model, "things:get").success, polar_codegen::model::Success::Json(TypeRef::Integer));
}

#[test]
fn a_redirect_is_the_success_unless_there_is_one_with_a_type() {
    use polar_codegen::model::Success;

    let found = json!({ "description": "Found" });
    for (success, expected) in [
        (json_content(json!({})), Success::Redirect),
        (json!({ "description": "OK" }), Success::Redirect),
        (json_content(json!({ "type": "integer" })), Success::Json(TypeRef::Integer)),
    ] {
        let model = model_of(&operation(json!({
            "operationId": "things:get",
            "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
            "responses": { "200": success, "302": found },
        })));
        assert_eq!(operation_of(&model, "things:get").success, expected);
        let text = &sources(&model).expect("source")["operations"];
        assert_eq!(text.contains("Success::Redirect"), expected == Success::Redirect, "{text}");
    }
}

#[test]
fn a_type_may_have_the_name_of_its_resource() {
    let get = json!({ "operationId": "parts:list", "responses": { "200": json_content(reference("Parts")) } });
    let schemas = json!({ "Parts": object(json!({ "x": { "type": "string" } })) });
    let document = document(json!({ "paths": { "/parts": { "get": get } }, "components": { "schemas": schemas } }));
    let text = sources(&model_of(&document)).expect("source")["resources_parts"].clone();
    assert!(text.contains("pub fn list(&self) -> Call<crate::types::Parts>"), "{text}");
}

#[test]
fn a_setter_of_null_is_named_after_the_property_as_rust_has_it() {
    let nullable = json!({ "anyOf": [{ "type": "string" }, { "type": "null" }] });
    let thing =
        json!({ "type": "object", "properties": { "foo-bar": nullable, "fooBaz": nullable, "type": nullable } });
    let text = sources(&model_of(&taking(thing))).expect("source")["types_things"].clone();
    for method in ["foo_bar", "clear_foo_bar", "foo_baz", "clear_foo_baz", "type_", "clear_type"] {
        let has = |start: String| text.contains(&start);
        assert!(
            has(format!("pub fn {method}<F>(")) || has(format!("clear!({method}, ")),
            "{method} is missing: {text}"
        );
    }
}

#[test]
fn unions_with_a_discriminator_in_the_parent_allow_additional_properties() {
    let union = json!({
        "anyOf": [object(json!({ "a": { "type": "string" } })), object(json!({ "b": { "type": "string" } }))],
        "x-discriminator-in-parent": { "path": ["kind"], "mapping": {} },
    });
    let mut thing = object(json!({ "kind": { "type": "string" }, "more": union }));
    thing["additionalProperties"] = json!({ "type": "string" });
    let text = sources(&model_of(&answering(thing))).expect("source")["types_things"].clone();
    assert!(text.contains(r#"let more = fields.take_told(&["kind"], "#), "{text}");
}

#[test]
fn many_fields_are_taken_in_groups() {
    let names: Vec<String> = (10..27).map(|number| format!("n{number}")).collect();
    let properties: serde_json::Map<String, Value> =
        names.iter().map(|name| (name.clone(), json!({ "type": "string" }))).collect();
    let text = sources(&model_of(&answering(object(properties.into())))).expect("source")["types_things"].clone();
    assert!(text.contains(r#"Always("n25") => n25], [Always("n26") => n26]"#), "{text}");
}

mod ids {
    use super::*;

    fn uuid() -> Value {
        json!({ "type": "string", "format": "uuid4" })
    }

    fn of(entity: &str) -> TypeRef {
        TypeRef::Named(format!("{entity}Id"))
    }

    #[test]
    fn ids_belong_to_the_entity_in_their_name() {
        let some = json!({ "anyOf": [uuid(), { "type": "null" }] });
        let many = json!({ "type": "array", "items": uuid() });
        let thing = object(
            json!({ "price_list_id": some, "owner_ids": many, "key": uuid(), "number_id": { "type": "integer" } }),
        );
        let model = model_of(&answering(thing));
        assert_eq!(property(&model, "Thing", "price_list_id"), &of("PriceList"));
        assert_eq!(property(&model, "Thing", "owner_ids"), &TypeRef::List(of("Owner").into()));
        assert_eq!(property(&model, "Thing", "key"), &TypeRef::Uuid);
        assert_eq!(names(&model), ["OwnerId", "PriceListId", "Thing"]);
        assert!(matches!(ty(&model, "OwnerId").kind, Kind::Id(Id::Uuid)));
    }

    #[test]
    fn the_id_of_an_object_belongs_to_its_entity() {
        let model = model_of(&answering_with(json!({
            "Thing": object(json!({ "id": uuid(), "part_id": uuid(), "part": reference("ThingPart"), "box": reference("Box") })),
            "ThingPart": object(json!({ "id": uuid() })),
            "Box": object(json!({ "id": uuid() })),
        })));
        // Schemas that operations return are entities, and so are those that ids are named after.
        assert_eq!(property(&model, "Thing", "id"), &of("Thing"));
        assert_eq!(property(&model, "ThingPart", "id"), &of("Part"));
        // There is no `box_id`, so nothing indicates that a box is an entity.
        assert_eq!(property(&model, "Box", "id"), &TypeRef::Uuid);
    }

    #[test]
    fn ids_of_variants_belong_to_the_entity_of_the_union() {
        let animal = |kind: &str| object(json!({ "id": uuid(), "kind": { "type": "string", "const": kind } }));
        let model = model_of(&answering_with(json!({
            "Thing": { "oneOf": [reference("Cat"), reference("Dog")] },
            "Cat": animal("cat"),
            "Dog": animal("dog"),
        })));
        assert_eq!([property(&model, "Cat", "id"), property(&model, "Dog", "id")], [&of("Thing"), &of("Thing")]);
    }

    #[test]
    fn overlays_specify_entities() {
        let mut view =
            object(json!({ "id": uuid(), "parent_id": { "x-id-of": "Folder", "type": "string", "format": "uuid4" } }));
        view["x-entity"] = json!("File");
        let client = json!({ "type": "string", "x-id-of": "OAuth2Client" });
        let model = model_of(&answering_with(json!({
            "Thing": object(json!({ "view": reference("FileView"), "client": client })),
            "FileView": view,
        })));
        assert_eq!(property(&model, "FileView", "id"), &of("File"));
        assert_eq!(property(&model, "FileView", "parent_id"), &of("Folder"));
        assert_eq!(property(&model, "Thing", "client"), &of("OAuth2Client"));
        assert!(matches!(ty(&model, "OAuth2ClientId").kind, Kind::Id(Id::String)));
        assert_eq!(names(&model), ["FileId", "FileView", "FolderId", "OAuth2ClientId", "Thing"]);
    }

    #[test]
    fn path_parameters_belong_to_the_entity_at_their_path() {
        let id = json!({ "name": "id", "in": "path", "required": true, "schema": uuid() });
        let other = json!({ "name": "part_id", "in": "query", "schema": { "type": "array", "items": uuid() } });
        let list = json!({ "properties": { "items": { "type": "array", "items": reference("Thing") } } });
        let model = model_of(&document(json!({
            "paths": {
                "/things/": {
                    "get": { "operationId": "things:list", "responses": { "200": json_content(reference("ListResource_Thing_")) } },
                },
                "/things/{id}": { "delete": { "operationId": "things:delete", "parameters": [id], "responses": { "204": {} } } },
                "/things/{id}/parts": {
                    "get": { "operationId": "things:parts", "parameters": [id, other], "responses": { "204": {} } },
                },
            },
            "components": { "schemas": { "Thing": object(json!({ "id": uuid() })), "ListResource_Thing_": list } },
        })));
        for operation in ["things:delete", "things:parts"] {
            assert_eq!(operation_of(&model, operation).path_parameters[0].ty, of("Thing"), "{operation}");
        }
        assert_eq!(operation_of(&model, "things:parts").query[0].ty, of("Part"));
    }

    #[test]
    fn ambiguous_ids_are_plain_unless_an_overlay_specifies_the_entity() {
        let id_of = |person: Value| {
            let thing = object(json!({
                "owner_id": uuid(),
                "buyer_id": uuid(),
                "owner": reference("Person"),
                "buyer": reference("Person"),
            }));
            property(&model_of(&answering_with(json!({ "Thing": thing, "Person": person }))), "Person", "id").clone()
        };
        let mut person = object(json!({ "id": uuid() }));
        assert_eq!(id_of(person.clone()), TypeRef::Uuid);
        person["x-entity"] = json!("Person");
        assert_eq!(id_of(person), of("Person"));
    }

    #[test]
    fn ids_of_an_entity_have_one_type() {
        let other = json!({ "type": "string", "x-id-of": "Owner" });
        let error = text(&answering(object(json!({ "owner_id": uuid(), "other": other })))).expect_err("two types");
        assert!(error.to_string().contains("the id of a `Owner` is"), "{error}");
    }
}

mod unions {
    use super::*;

    fn tagged(tag: &str) -> Value {
        object(json!({ "kind": { "type": "string", "const": tag }, "name": { "type": "string" } }))
    }

    #[test]
    fn a_property_with_one_value_in_two_variants_does_not_decide() {
        let branch = |tag: &str, status: &str| {
            object(json!({ "kind": { "type": "string", "const": tag }, "a": { "type": "string", "const": status } }))
        };
        let model = model_of(&answering(json!({ "anyOf": [branch("one", "same"), branch("two", "same")] })));
        assert!(matches!(&union(&model, "Thing").rule, Rule::Tag { path, .. } if path == &["kind"]));
    }

    #[test]
    fn unions_within_unions_are_decided_level_by_level() {
        let model = model_of(&answering_with(json!({
            "Thing": { "anyOf": [reference("Animal"), reference("Stone")] },
            "Animal": { "anyOf": [reference("Cat"), reference("Dog")] },
            "Cat": tagged("cat"),
            "Dog": tagged("dog"),
            "Stone": tagged("stone"),
        })));
        let Rule::Tag { cases, .. } = &union(&model, "Thing").rule else { panic!("not by tag") };
        assert_eq!(cases.iter().map(|(_, variant)| *variant).collect::<Vec<_>>(), [0, 0, 1]);
        assert!(matches!(&union(&model, "Animal").rule, Rule::Tag { cases, .. } if cases.len() == 2));
    }

    #[test]
    fn null_beside_a_union_makes_it_nullable() {
        let model = model_of(&answering_with(json!({
            "Thing": object(json!({ "x": { "anyOf": [reference("Cat"), reference("Dog"), { "type": "null" }] } })),
            "Cat": tagged("cat"),
            "Dog": tagged("dog"),
        })));
        assert_eq!(union(&model, "ThingX").variants.len(), 2);
        assert!(structure(&model, "Thing").properties[0].nullable);
    }

    #[test]
    fn constants_that_only_unions_check_have_no_field() {
        let schemas = |thing: Value| json!({ "Thing": thing, "Cat": tagged("cat"), "Dog": tagged("dog") });
        let is_implied = |thing: Value| {
            let model = model_of(&answering_with(schemas(thing)));
            structure(&model, "Cat").properties[0].implied
        };
        let pets = json!({ "anyOf": [reference("Cat"), reference("Dog")] });
        assert!(is_implied(pets.clone()));
        assert!(!is_implied(object(json!({ "pet": pets.clone(), "favourite": reference("Cat") }))));
        assert!(!is_implied(object(json!({ "pet": pets, "cats": { "type": "array", "items": reference("Cat") } }))));
    }

    #[test]
    fn required_constants_of_requests_have_no_field() {
        let model = model_of(&taking(tagged("cat")));
        assert!(structure(&model, "Thing").properties[0].implied);
        assert!(!names(&model).contains(&"ThingKind"), "{:?}", names(&model));
    }

    #[test]
    fn a_body_of_one_required_property_is_converted_from_its_value() {
        let text = json!({ "type": "string" });
        let source = |thing: Value| sources(&model_of(&taking(thing))).expect("source")["types_things"].clone();
        let one = json!({ "type": "object", "required": ["a"], "properties": { "a": text, "b": text } });
        let two = json!({ "type": "object", "required": ["a", "b"], "properties": { "a": text, "b": text } });
        assert!(source(one).contains("impl From<&str> for Thing"));
        assert!(!source(two).contains("impl From<&str>"));
        let list = json!({ "type": "array", "items": { "type": "string", "format": "uuid" } });
        let list = json!({ "type": "object", "required": ["a"], "properties": { "a": list } });
        assert!(source(list).contains("impl<const N: usize> From<[Uuid; N]> for Thing"));
    }

    #[test]
    fn only_unions_in_responses_have_a_fallback() {
        let pets = json!({ "anyOf": [tagged("cat"), tagged("dog")] });
        let source = |document: Value| sources(&model_of(&document)).expect("source")["types_things"].clone();
        assert!(source(answering(pets.clone())).contains("Unknown(Value)"));
        assert!(!source(taking(pets)).contains("Unknown(Value)"));
    }

    #[test]
    fn types_have_the_kind_of_their_schema() {
        let model = model_of(&answering(json!({ "anyOf": [tagged("cat"), tagged("dog")] })));
        assert!(matches!(model.types["Thing"].kind, Kind::Union(_)));
        assert!(matches!(model.types["ThingVariant0"].kind, Kind::Struct(_)));
    }
}
