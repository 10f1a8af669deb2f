//! Documents that are not supported are rejected with an error that has the place in the document.

mod support;

use polar_codegen::Error;
use polar_codegen::load::{load, parse};
use serde_json::{Value, json};
use support::{answering, answering_with, document, json_content, object, operation, reference, taking, text};

/// Asserts that a document is rejected with this message at this place, which is a JSON pointer or an operation id.
#[track_caller]
fn assert_error(document: &Value, place: &str, message: &str) {
    let error = match text(document) {
        Err(error) => error,
        Ok(_) => panic!("expected an error at {place}, not source"),
    };
    let of_operation = parse(&document.to_string()).ok().and_then(|document| document.operation_place(place));
    assert_eq!(error.place(), of_operation.as_deref().unwrap_or(place), "the place of: {error}");
    assert!(error.message().contains(message), "`{message}` is not said by: {error}");
}

fn no_response(id: &str) -> Value {
    json!({ "operationId": id, "responses": { "204": {} } })
}

fn id_parameter() -> Value {
    json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } })
}

/// Returns the JSON pointer of the parameter at an index.
fn parameter_place(index: usize) -> String {
    format!("/paths/~1things~1{{id}}/get/parameters/{index}")
}

fn with_parameters(parameters: Value) -> Value {
    operation(json!({ "operationId": "things:get", "parameters": parameters, "responses": { "204": {} } }))
}

mod files {
    use super::*;

    fn error_of_file(name: &str, text: &str) -> (String, Error) {
        let path = std::env::temp_dir().join(format!("polar-codegen-{}-{name}", std::process::id()));
        std::fs::write(&path, text).expect("a file can be written");
        let error = load(&path).expect_err("no document");
        std::fs::remove_file(&path).expect("the file is there");
        (path.display().to_string(), error)
    }

    #[test]
    fn truncated_json_names_the_file_and_the_line() {
        let (path, error) = error_of_file("truncated.json", "{\n  \"openapi\": \"3.1.0\",\n  \"paths\": {");
        assert_eq!(error.place(), path);
        assert!(error.message().contains("line 3"), "{error}");
    }

    #[test]
    fn a_missing_file_is_named() {
        let path = std::env::temp_dir().join("polar-codegen-no-such-folder/document.json");
        let error = load(&path).expect_err("no document");
        assert_eq!(error.place(), path.display().to_string());
    }

    #[test]
    fn a_fault_in_a_file_is_named_after_the_file() {
        let (path, error) = error_of_file("old.json", r#"{"openapi": "3.0.3", "paths": {}}"#);
        assert_eq!(error.to_string(), format!("{path}/openapi: expected OpenAPI 3.1, found 3.0.3"));
    }

    #[test]
    fn other_documents_than_openapi_are_rejected() {
        let error = parse(r#"{"swagger": "2.0", "paths": {}}"#).expect_err("no document");
        assert_eq!((error.place(), error.message()), ("/openapi", "not an OpenAPI document: the version is missing"));
        let error = parse(r#"{"openapi": "3.1.0"}"#).expect_err("no document");
        assert_eq!((error.place(), error.message()), ("/paths", "the document has no paths"));
    }
}

mod operations {
    use super::*;

    #[test]
    fn an_operation_needs_an_id() {
        assert_error(&operation(json!({ "responses": {} })), "/paths/~1things~1{id}/get", "without an id");
    }

    #[test]
    fn an_operation_needs_a_group() {
        assert_error(&operation(no_response("ping")), "ping", "without a group");
    }

    #[test]
    fn two_operations_cannot_share_an_id() {
        let item = json!({ "get": no_response("things:get"), "post": no_response("things:get") });
        assert_error(&document(json!({ "paths": { "/things": item } })), "/paths/~1things/post", "`things:get`");
    }

    #[test]
    fn two_operations_cannot_share_a_method() {
        let item = json!({ "get": no_response("things:own.list"), "post": no_response("things:list") });
        assert_error(&document(json!({ "paths": { "/things": item } })), "things:own.list", "`things:list`");
    }

    #[test]
    fn an_operation_and_a_group_cannot_share_a_method() {
        let item = json!({ "get": no_response("things:parts"), "post": no_response("things:parts:list") });
        assert_error(&document(json!({ "paths": { "/things": item } })), "things:parts", "group");
    }

    #[test]
    fn two_operations_cannot_share_a_constant() {
        let item = json!({ "get": no_response("things:parts:list"), "post": no_response("things_parts:list") });
        assert_error(&document(json!({ "paths": { "/things": item } })), "things_parts:list", "`things:parts:list`");
    }

    #[test]
    fn a_group_of_the_portal_and_one_with_public_operations_cannot_share_a_name() {
        let item =
            json!({ "get": no_response("customer_portal:things:list"), "post": no_response("things:parts:list") });
        assert_error(&document(json!({ "paths": { "/things": item } })), "things:parts:list", "share a name");
    }

    #[test]
    fn an_operation_cannot_be_named_like_the_handles_own_method() {
        let item = json!({ "get": no_response("things:new") });
        assert_error(&document(json!({ "paths": { "/things": item } })), "things:new", "`new`");
    }

    #[test]
    fn an_operation_cannot_be_named_like_its_group() {
        let item = json!({ "get": no_response("things:parts:parts") });
        let message = "an operation of the name of its group, `parts`";
        assert_error(&document(json!({ "paths": { "/things": item } })), "things:parts:parts", message);
    }

    #[test]
    fn a_request_cannot_have_the_name_of_a_type_that_generated_code_uses() {
        for id in ["things:request", "portal:list"] {
            let item = json!({ "get": no_response(id) });
            assert_error(&document(json!({ "paths": { "/things": item } })), id, "is taken by a type of the client");
        }
    }

    #[test]
    fn unsupported_http_methods_are_rejected() {
        let item = json!({ "head": no_response("things:check") });
        assert_error(&document(json!({ "paths": { "/things": item } })), "/paths/~1things/head", "`head`");
    }

    #[test]
    fn path_level_parameters_are_rejected() {
        let item = json!({ "get": no_response("things:list"), "parameters": [] });
        assert_error(&document(json!({ "paths": { "/things": item } })), "/paths/~1things/parameters", "`parameters`");
    }

    #[test]
    fn a_missing_path_parameter_is_named() {
        assert_error(&with_parameters(json!([])), "things:get", "`{id}`");
    }

    #[test]
    fn a_path_parameter_that_the_path_lacks_is_named() {
        let other = json!({ "name": "other", "in": "path", "schema": { "type": "string" } });
        assert_error(&with_parameters(json!([id_parameter(), other])), "things:get", "`other` is not in the path");
    }

    #[test]
    fn a_path_parameter_is_one_simple_value() {
        let list = json!({ "name": "id", "in": "path", "schema": { "type": "array", "items": { "type": "string" } } });
        assert_error(&with_parameters(json!([list])), &parameter_place(0), "a path parameter of the type array");
    }

    #[test]
    fn a_header_parameter_is_not_understood() {
        let header = json!({ "name": "Trace", "in": "header", "schema": { "type": "string" } });
        let place = &parameter_place(1);
        assert_error(&with_parameters(json!([id_parameter(), header])), place, "neither in the path nor in the query");
    }

    #[test]
    fn a_query_parameter_is_no_object() {
        let shapes = [
            json!({ "type": "object", "properties": { "from": { "type": "string" } } }),
            json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        ];
        for schema in shapes {
            let parameter = json!({ "name": "range", "in": "query", "schema": schema });
            let place = &parameter_place(1);
            assert_error(&with_parameters(json!([id_parameter(), parameter])), place, "a query parameter of the type");
        }
    }

    #[test]
    fn a_query_parameter_is_no_union_of_objects() {
        let branch = |tag: &str| object(json!({ "kind": { "type": "string", "const": tag } }));
        let parameter = json!({ "name": "range", "in": "query", "schema": { "anyOf": [branch("a"), branch("b")] } });
        let place = &parameter_place(1);
        assert_error(&with_parameters(json!([id_parameter(), parameter])), place, "a query parameter of the type");
    }

    #[test]
    fn a_list_in_the_query_cannot_be_required() {
        let list = json!({ "type": "array", "items": { "type": "string" } });
        let parameter = json!({ "name": "tags", "in": "query", "required": true, "schema": list });
        assert_error(&with_parameters(json!([id_parameter(), parameter])), "things:get", "the list `tags` is required");
    }

    #[test]
    fn parameters_of_one_rust_name_are_refused() {
        let parameter = |name: &str| json!({ "name": name, "in": "query", "schema": { "type": "string" } });
        let parameters = json!([id_parameter(), parameter("order-by"), parameter("order_by")]);
        assert_error(&with_parameters(parameters), "things:get", "`order_by`");
    }

    #[test]
    fn parameters_cannot_be_named_like_the_builders_own_methods() {
        for name in ["send", "timeout", "extra_query", "with_response"] {
            let parameter = json!({ "name": name, "in": "query", "schema": { "type": "string" } });
            assert_error(&with_parameters(json!([id_parameter(), parameter])), "things:get", name);
        }
    }

    #[test]
    fn a_body_of_an_unknown_content_type_is_refused() {
        let schema = json!({ "schema": { "type": "string" } });
        let get = json!({
            "operationId": "things:get",
            "parameters": [id_parameter()],
            "requestBody": { "content": { "multipart/form-data": schema } },
            "responses": { "204": {} },
        });
        assert_error(&operation(get), "things:get", "a request body of the content type `multipart/form-data`");
    }

    #[test]
    fn a_body_of_two_content_types_is_refused() {
        let schema = json!({ "schema": { "type": "string" } });
        let content = json!({ "application/json": schema, "application/x-www-form-urlencoded": schema });
        let get = json!({
            "operationId": "things:get",
            "parameters": [id_parameter()],
            "requestBody": { "content": content },
            "responses": { "204": {} },
        });
        assert_error(&operation(get), "things:get", "not of exactly one content type");
    }

    fn answering_with_responses(responses: Value) -> Value {
        operation(json!({ "operationId": "things:get", "parameters": [id_parameter()], "responses": responses }))
    }

    #[test]
    fn an_answer_of_an_unknown_content_type_is_refused() {
        let responses = json!({ "200": { "content": { "application/xml": {} } } });
        let place = "/paths/~1things~1{id}/get/responses/200/content/application~1xml";
        assert_error(&answering_with_responses(responses), place, "`application/xml`");
    }

    #[test]
    fn successes_of_two_types_are_refused() {
        let text = json_content(json!({ "type": "string" }));
        let number = json_content(json!({ "type": "integer" }));
        let table = json!({ "content": { "text/csv": {} } });
        for responses in [json!({ "200": text, "201": number }), json!({ "200": text, "201": table })] {
            assert_error(&answering_with_responses(responses), "things:get", "successes of several types");
        }
    }

    fn secured(security: Value) -> Value {
        operation(json!({
            "operationId": "things:get",
            "parameters": [id_parameter()],
            "security": security,
            "responses": { "204": {} },
        }))
    }

    #[test]
    fn an_unknown_security_scheme_is_refused() {
        assert_error(&secured(json!([{ "palm_print": [] }])), "things:get", "unknown security scheme `palm_print`");
    }

    #[test]
    fn an_operation_belongs_to_one_client() {
        let security = json!([{ "oat": [] }, { "customer_session": [] }]);
        assert_error(&secured(security), "things:get", "security schemes of different clients");
    }

    #[test]
    fn an_unknown_pagination_is_refused() {
        let mut get = no_response("things:get");
        get["parameters"] = json!([id_parameter()]);
        get["x-polar-pagination"] = json!({ "type": "spiral" });
        assert_error(&operation(get), "things:get", "unknown pagination `spiral`");
    }

    #[test]
    fn pages_that_cannot_be_asked_for_or_read_are_refused() {
        let number = |name: &str| json!({ "name": name, "in": "query", "schema": { "type": "integer" } });
        let paged = |parameters: &[&str], schema: Value| {
            let mut document = answering(schema);
            let get = document["paths"].as_object_mut().and_then(|paths| paths.values_mut().next());
            let get = &mut get.expect("a path")["get"];
            let known = get["parameters"].as_array().cloned().unwrap_or_default();
            get["parameters"] = known.into_iter().chain(parameters.iter().map(|name| number(name))).collect();
            get["x-polar-pagination"] = json!({ "type": "page_limit" });
            document
        };
        let nothing = object(json!({}));
        assert_error(&paged(&["limit"], nothing.clone()), "things:get", "pages without the parameter `page`");
        assert_error(&paged(&["page"], nothing.clone()), "things:get", "pages without the parameter `limit`");
        let message = "pages of an answer without `items` and `pagination`";
        assert_error(&paged(&["page", "limit"], nothing), "things:get", message);
        let items = json!({ "type": "array", "items": object(json!({})) });
        let page = object(json!({ "items": items, "pagination": object(json!({})) }));
        assert_error(&answering(page), "things:get", "a page, of an operation that is not said to have any");
        let mut get = no_response("things:get");
        get["parameters"] = json!([id_parameter()]);
        get["x-cursor-parameter"] = "quick".into();
        assert_error(
            &operation(get),
            "things:get",
            "the parameter `quick` asks for another page of an answer that is none",
        );
    }

    #[test]
    fn json_strings_are_rejected_as_responses() {
        assert_error(&answering(json!({ "type": "string" })), "things:get", "a text in JSON");
    }
}

mod types {
    use super::*;

    const THING: &str = "/components/schemas/Thing";
    const X: &str = "/components/schemas/Thing/properties/x";

    fn with_x(schema: Value) -> Value {
        answering(object(json!({ "x": schema })))
    }

    #[test]
    fn an_unknown_type_is_refused() {
        assert_error(&with_x(json!({ "type": "quaternion" })), X, "unknown type `quaternion`");
    }

    #[test]
    fn unsupported_schemas_are_rejected() {
        assert_error(&with_x(json!({ "not": { "type": "string" } })), X, "neither its type nor anything else");
    }

    #[test]
    fn an_intersection_is_of_objects_that_agree() {
        let part = |name: &str, ty: &str| json!({ "type": "object", "properties": { name: { "type": ty } } });
        let disagree = json!({ "allOf": [part("name", "string"), part("name", "integer")] });
        assert_error(&with_x(disagree), X, "two parts of `allOf` disagree on the property `name`");
        let union =
            json!({ "allOf": [part("name", "string"), { "anyOf": [part("a", "string"), part("b", "string")] }] });
        assert_error(&with_x(union), X, "a part of `allOf` with `anyOf`, which cannot be merged");
    }

    #[test]
    fn an_intersection_is_no_part_of_itself() {
        let circle = json!({ "allOf": [reference("Thing"), { "properties": { "x": { "type": "string" } } }] });
        assert_error(&answering(circle), THING, "`#/components/schemas/Thing` is a part of itself");
    }

    #[test]
    fn unresolved_references_name_the_referring_schema() {
        assert_error(&with_x(reference("Nowhere")), X, "`#/components/schemas/Nowhere` leads nowhere");
    }

    #[test]
    fn two_schemas_of_one_rust_name_are_refused() {
        let thing = object(json!({ "a": reference("Small-Part"), "b": reference("SmallPart") }));
        let part = object(json!({ "size": { "type": "integer" } }));
        let document = answering_with(json!({ "Thing": thing, "Small-Part": part, "SmallPart": part }));
        let message = "two types of one name: `SmallPart` is also /components/schemas/Small-Part";
        assert_error(&document, "/components/schemas/SmallPart", message);
    }

    #[test]
    fn enumerations_that_share_a_name_must_have_the_same_values() {
        let colour = |values: Value| json!({ "type": "string", "enum": values, "x-rust-name": "Colour" });
        let thing = object(json!({ "a": colour(json!(["red"])), "b": colour(json!(["red", "blue"])) }));
        assert_error(&answering(thing), &format!("{THING}/properties/b"), "two types of one name: `Colour`");
    }

    #[test]
    fn a_schema_cannot_have_the_name_of_a_type_that_generated_code_uses() {
        for name in ["Number", "Scalar", "Page", "Patch", "Value", "BTreeMap", "DateTime", "Decode", "String", "Result"]
        {
            let document = answering_with(json!({
                "Thing": object(json!({ "x": reference(name) })),
                name: object(json!({ "y": { "type": "string" } })),
            }));
            let place = format!("/components/schemas/{name}");
            assert_error(&document, &place, &format!("the name `{name}` is taken"));
        }
    }

    #[test]
    fn types_that_only_refer_to_themselves_are_rejected() {
        let endless = [
            json!({ "Thing": reference("Thing") }),
            json!({ "Thing": { "type": "array", "items": reference("Thing") } }),
            json!({ "Thing": { "type": "object", "additionalProperties": reference("Other") }, "Other": reference("Thing") }),
        ];
        for schemas in endless {
            assert_error(&answering_with(schemas), THING, "refers to nothing but itself");
        }
    }

    #[test]
    fn values_of_an_enumeration_cannot_share_a_variant() {
        let values = json!({ "type": "string", "enum": ["a-b", "a_b"] });
        assert_error(&with_x(values), X, "the values `a-b` and `a_b` have one name, `Ab`");
    }

    #[test]
    fn an_enumeration_is_of_strings() {
        assert_error(&with_x(json!({ "enum": [1, 2] })), X, "an enumeration of other things than strings");
        assert_error(&with_x(json!({ "enum": ["a", null] })), X, "an enumeration of other things than strings");
    }

    #[test]
    fn a_constant_is_a_string_or_a_boolean() {
        assert_error(&with_x(json!({ "const": 1 })), X, "a constant that is neither string nor boolean: 1");
    }

    #[test]
    fn properties_of_one_rust_name_are_refused() {
        let text = json!({ "type": "string" });
        let message = "the properties `a-b` and `a_b` have one name, `a_b`";
        assert_error(&answering(object(json!({ "a-b": text, "a_b": text }))), THING, message);
    }

    #[test]
    fn a_preset_is_a_value_of_its_type() {
        let properties = json!({ "pause": { "type": "boolean", "x-preset": "yes" } });
        let message = "the preset of `pause` is no value of its type";
        assert_error(&taking(object(properties)), THING, message);
    }

    #[test]
    fn a_property_cannot_have_the_name_of_the_rest() {
        let mut thing = object(json!({ "additional": { "type": "string" } }));
        thing["additionalProperties"] = json!({ "type": "string" });
        assert_error(&answering(thing), THING, "additional");
    }

    #[test]
    fn a_setter_cannot_have_the_name_of_another_method() {
        let text = json!({ "type": "string" });
        let nullable = json!({ "anyOf": [text, { "type": "null" }] });
        let new = json!({ "type": "object", "properties": { "new": text } });
        let clear = json!({ "type": "object", "properties": { "name": nullable, "clear_name": text } });
        assert_error(&taking(new), THING, "`new`");
        assert_error(&taking(clear), THING, "`clear_name`");
    }

    #[test]
    fn lists_and_maps_hold_no_null() {
        let nullable = json!({ "anyOf": [{ "type": "integer" }, { "type": "null" }] });
        assert_error(&with_x(json!({ "type": "array", "items": nullable })), X, "a list whose elements may be null");
        let map = json!({ "type": "object", "additionalProperties": nullable });
        assert_error(&with_x(map), X, "an object whose values may be null");
        let mut rest = object(json!({ "known": { "type": "string" } }));
        rest["additionalProperties"] = nullable;
        assert_error(&with_x(rest), X, "an object whose values may be null");
    }

    #[test]
    fn lists_require_an_element_type() {
        assert_error(&with_x(json!({ "type": "array" })), X, "a list without a type for its elements");
    }

    #[test]
    fn tuples_have_two_elements() {
        let three = json!([{ "type": "string" }, { "type": "string" }, { "type": "string" }]);
        assert_error(&with_x(json!({ "type": "array", "prefixItems": three })), X, "fixed elements that are not two");
    }

    #[test]
    fn a_pair_of_two_simple_types_is_refused() {
        let elements = json!([{ "type": "string" }, { "type": "integer" }]);
        let message = "a pair of string and integer";
        assert_error(&with_x(json!({ "type": "array", "prefixItems": elements })), X, message);
    }

    #[test]
    fn a_webhook_needs_a_payload() {
        let webhooks = json!({ "thing.made": { "post": { "responses": {} } } });
        assert_error(&document(json!({ "webhooks": webhooks })), "/webhooks/thing.made", "no JSON payload");
    }
}

mod unions {
    use super::*;

    const THING: &str = "/components/schemas/Thing";

    fn any_of(branches: &[Value]) -> Value {
        answering(json!({ "anyOf": branches }))
    }

    fn tagged(tag: Value, other: &str) -> Value {
        object(json!({ "kind": tag, other: { "type": "string" } }))
    }

    fn sharing(names: Value, cat: Value, bird: Value) -> Value {
        answering(json!({ "anyOf": [cat, bird], "x-shared-properties": names }))
    }

    fn animal(kind: &str, age: Value) -> Value {
        json!({ "type": "object", "required": ["kind", "age"], "properties": {
            "kind": { "type": "string", "const": kind }, "age": age, "name": { "type": "string" },
        } })
    }

    #[test]
    fn a_union_is_no_variant_of_itself() {
        let itself = any_of(&[reference("Thing"), tagged(json!({ "const": "cat" }), "tail")]);
        assert_error(&itself, THING, "the union `Thing` is a variant of itself");
        let sharing = sharing(json!(["age"]), reference("Thing"), animal("cat", json!({ "type": "integer" })));
        assert_error(&sharing, THING, "the union `Thing` is a variant of itself");
    }

    #[test]
    fn discriminators_are_string_properties() {
        let schemas = json!({
            "Thing": { "oneOf": [reference("Cat"), reference("Dog")], "discriminator": { "propertyName": "kind", "mapping": {
                "cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog",
            } } },
            "Cat": object(json!({ "kind": { "type": "string", "const": "cat" } })),
            "Dog": object(json!({ "kind": { "type": "string", "format": "date-time" } })),
        });
        assert_error(&answering_with(schemas), THING, "`kind` tells the variant `Dog` apart, and is no string");
    }

    #[test]
    fn types_that_require_themselves_are_rejected() {
        let endless = json!({ "type": "object", "required": ["next"], "properties": { "next": reference("Thing") } });
        assert_error(&answering(endless), THING, "every value of `Thing` holds another, without an end");
        let mut ending = json!({ "type": "object", "required": ["next"], "properties": { "next": {} } });
        ending["properties"]["next"] = json!({ "anyOf": [reference("Thing"), { "type": "null" }] });
        text(&answering(ending)).expect("source");
    }

    #[test]
    fn a_shared_property_is_required_in_all_variants_with_one_type() {
        let (number, text) = (json!({ "type": "integer" }), json!({ "type": "string" }));
        let place = format!("{THING}/x-shared-properties");
        let document = sharing(json!(["age"]), animal("cat", number.clone()), animal("bird", text));
        assert_error(&document, &place, "`age` has another type in the variant");
        let document = sharing(json!(["name"]), animal("cat", number.clone()), animal("bird", number.clone()));
        assert_error(&document, &place, "`name` is no required property of the variant");
        let document = sharing(json!("age"), animal("cat", number.clone()), animal("bird", number.clone()));
        assert_error(&document, &place, "shared properties that are no list of names");
        let document = sharing(json!(["age", "raw"]), animal("cat", number.clone()), animal("bird", number.clone()));
        assert_error(&document, &place, "a shared property with the name of the whole object, `raw`");
        let document = sharing(json!(["kind", "age"]), animal("cat", number.clone()), animal("bird", number));
        assert!(self::text(&document).expect("source").contains("pub fn age(&self) -> i64"));
    }

    #[test]
    fn too_many_shared_properties_are_rejected() {
        let names: Vec<String> = (0..17).map(|index| format!("p{index}")).collect();
        let with = |kind: &str| {
            let mut animal = animal(kind, json!({ "type": "integer" }));
            for name in &names {
                animal["properties"][name] = json!({ "type": "integer" });
                animal["required"].as_array_mut().expect("a list").push(json!(name));
            }
            animal
        };
        let document = sharing(json!(names), with("cat"), with("bird"));
        assert_error(&document, &format!("{THING}/x-shared-properties"), "more than 16 shared properties");
    }

    #[test]
    fn an_undecidable_union_names_its_place() {
        let branch = object(json!({ "name": { "type": "string" } }));
        let place = format!("{THING}/properties/owner");
        let document = answering(object(json!({ "owner": { "anyOf": [branch, branch] } })));
        assert_error(&document, &place, "nothing tells the variants of the union `ThingOwner` apart");
    }

    #[test]
    fn repeated_constants_do_not_decide_even_with_an_open_variant() {
        let card = |key: &str| {
            json!({ "type": "object", "required": ["kind"], "properties": {
            "kind": { "type": "string", "const": "card" }, key: { "type": "string" },
        } })
        };
        let open = object(json!({ "kind": { "type": "string" } }));
        assert_error(&any_of(&[card("a"), card("b"), open]), THING, "nothing tells the variants");
    }

    #[test]
    fn discriminators_map_only_to_variants() {
        let document = answering_with(json!({
            "Thing": {
                "anyOf": [reference("One"), reference("Two")],
                "discriminator": { "propertyName": "kind", "mapping": { "x": "#/components/schemas/Stranger" } },
            },
            "One": tagged(json!({ "const": "one" }), "a"),
            "Two": tagged(json!({ "const": "two" }), "b"),
            "Stranger": tagged(json!({ "const": "x" }), "c"),
        }));
        assert_error(&document, THING, "`#/components/schemas/Stranger`, which is no variant");
    }

    #[test]
    fn discriminators_map_to_every_variant() {
        let document = answering_with(json!({
            "Thing": {
                "anyOf": [reference("One"), reference("Two")],
                "discriminator": { "propertyName": "kind", "mapping": { "one": "#/components/schemas/One" } },
            },
            "One": tagged(json!({ "const": "one" }), "a"),
            "Two": tagged(json!({ "const": "two" }), "b"),
        }));
        assert_error(&document, THING, "no value of the discriminator leads to the variant `Two`");
    }

    #[test]
    fn a_discriminator_names_a_property() {
        let branches = [tagged(json!({ "const": "one" }), "a"), tagged(json!({ "const": "two" }), "b")];
        let document = answering(json!({ "anyOf": branches, "discriminator": {} }));
        assert_error(&document, THING, "a discriminator without a property name");
    }

    #[test]
    fn a_discriminator_in_the_parent_has_a_path() {
        let branches = [tagged(json!({ "const": "one" }), "a"), tagged(json!({ "const": "two" }), "b")];
        let document = answering(json!({ "anyOf": branches, "x-discriminator-in-parent": { "mapping": {} } }));
        assert_error(&document, THING, "x-discriminator-in-parent without a path");
    }

    #[test]
    fn unions_with_a_discriminator_in_the_parent_are_required() {
        let union = json!({
            "anyOf": [reference("One"), reference("Two")],
            "x-discriminator-in-parent": { "path": ["kind"], "mapping": {} },
        });
        let thing = json!({ "type": "object", "properties": { "kind": { "type": "string" }, "more": union } });
        let document = answering_with(json!({
            "Thing": thing,
            "One": object(json!({ "a": { "type": "string" } })),
            "Two": object(json!({ "b": { "type": "string" } })),
        }));
        assert_error(&document, THING, "`more` is told by its parent, and may be missing");
    }

    #[test]
    fn a_variant_that_is_no_object_names_its_union() {
        let list = json!({ "type": "array", "items": { "type": "string" } });
        assert_error(
            &any_of(&[object(json!({ "a": { "type": "string" } })), list]),
            THING,
            "a variant of the type array",
        );
    }

    #[test]
    fn a_mapping_that_contradicts_a_variant_is_refused() {
        let document = answering_with(json!({
            "Thing": {
                "oneOf": [reference("One"), reference("Two")],
                "discriminator": { "propertyName": "kind", "mapping": {
                    "one": "#/components/schemas/Two", "two": "#/components/schemas/One",
                } },
            },
            "One": tagged(json!({ "const": "one" }), "a"),
            "Two": tagged(json!({ "const": "two" }), "b"),
        }));
        assert_error(&document, THING, "`one` stands for the variant `Two`, whose `kind` is always `two`");
    }

    #[test]
    fn an_object_and_an_enumeration_cannot_share_a_name() {
        let part = json!({ "type": "object", "properties": { "a": { "type": "string" } }, "x-rust-name": "Part" });
        let set = json!({ "type": "string", "enum": ["one", "two"], "x-rust-name": "Part" });
        let document = answering(object(json!({ "a": part, "b": set })));
        assert_error(&document, &format!("{THING}/properties/b"), "two types of one name: `Part`");
    }

    #[test]
    fn an_enumeration_has_values() {
        let empty = json!({ "type": "string", "enum": [] });
        let document = answering(object(json!({ "x": empty })));
        assert_error(&document, &format!("{THING}/properties/x"), "an enumeration without values");
    }

    #[test]
    fn a_variant_is_never_null() {
        let one = tagged(json!({ "const": "one" }), "a");
        let two = json!({ "anyOf": [tagged(json!({ "const": "two" }), "b"), { "type": "null" }] });
        assert_error(&any_of(&[one, two]), &format!("{THING}/anyOf/1"), "a variant that may be null");
    }

    #[test]
    fn variants_of_one_name_are_refused() {
        let document = answering_with(json!({
            "Thing": { "anyOf": [reference("One"), reference("One")] },
            "One": tagged(json!({ "const": "one" }), "a"),
        }));
        assert_error(&document, THING, "two variants of one name, `One`");
    }
}

#[test]
fn names_that_are_no_rust_are_made_into_some() {
    let text_type = json!({ "type": "string" });
    let names = json!({ "½": text_type, "1st": text_type, "größe": text_type, "self": text_type });
    let nullable = json!({ "anyOf": [text_type, { "type": "null" }] });
    let odd_enum = json!({ "type": "string", "enum": ["½", "1st", "größe", "self", "unknown"] });
    let mut properties = object(names);
    properties["properties"]["foo-bar"] = nullable;
    properties["properties"]["set"] = odd_enum;
    text(&taking(properties)).expect("source that is Rust");
}

#[test]
fn names_of_several_lines_are_in_comments_of_one() {
    let mut document = answering_with(json!({ "two\nlines": object(json!({})) }));
    document["paths"]["/things"]["get"]["responses"]["200"] = json_content(reference("two\nlines"));
    document["components"]["schemas"]["two\nlines"]["description"] = json!("Has\rlines.");
    let text = text(&document).expect("source");
    assert!(text.contains("\n// /components/schemas/two\\nlines\n/// Has lines.\n"), "{text}");
}
