//! Enumerations of so many values that they are open sets in disguise, such as time zones.

use crate::json::Value;

/// The most values that an enumeration has.
const MOST: usize = 300;

/// Leaves open which strings a schema has if it lists too many.
pub fn rewrite(schema: &mut Value) {
    let is_open = |values: &Vec<Value>| values.len() > MOST && values.iter().all(Value::is_string);
    if schema["enum"].as_array().is_some_and(is_open)
        && let Value::Object(members) = schema
    {
        members.remove("enum");
        members.insert("type".to_owned(), Value::from("string"));
    }
}
