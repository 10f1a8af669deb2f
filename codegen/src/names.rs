//! Conversion of names of the document to Rust identifiers.

mod aliases;

pub use aliases::aliases;

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};

use crate::lifecycle::Month;

/// Returns the name of a type or a variant.
pub fn type_name(name: &str) -> String {
    let mut camel = match name {
        name if is_camel(name) => name.to_owned(),
        name if is_snake(name) => camel_of_snake(name),
        name => rust_letters(name).to_upper_camel_case(),
    };
    // Consecutive words of one letter form an acronym, which typify treats as a word: `a_b`, `AB` and `Ab` are the
    // same.
    if camel.as_bytes().windows(2).any(|pair| pair.iter().all(u8::is_ascii_uppercase)) {
        camel = camel.to_upper_camel_case();
    }
    match camel.chars().next() {
        Some(first) if first.is_ascii_digit() && Month::parse(name).is_some() => format!("V{camel}"),
        Some(first) if first.is_ascii_digit() => format!("N{camel}"),
        Some(_) if camel == "Self" => "Self_".to_owned(),
        Some(_) => camel,
        None => "Empty".to_owned(),
    }
}

/// Returns the name of a variant. `Unknown` is reserved for the fallback, so a value of that name becomes
/// `UnknownValue`.
pub fn variant_name(name: &str) -> String {
    let name = type_name(name);
    if name == "Unknown" { "UnknownValue".to_owned() } else { name }
}

/// Returns the name of a field, method, module or argument. Follows the conventions of typify.
pub fn value_name(name: &str) -> String {
    let letters = |name: &str| name.replace('\'', "").replace(|letter| !unicode_ident::is_xid_continue(letter), "-");
    let snake = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        name if is_snake(name) => name.to_owned(),
        name => letters(name).to_snake_case(),
    };
    if !snake.chars().next().is_some_and(unicode_ident::is_xid_start) {
        return format!("x{snake}");
    }
    if KEYWORDS.binary_search(&snake.as_str()).is_ok() { format!("{snake}_") } else { snake }
}

/// Returns the name of a constant.
pub fn constant_name(name: &str) -> String {
    value_name(name).to_uppercase()
}

/// Returns the module of a version of the API: `v2026_10` for `2026-10`.
pub fn version_module(version: &str) -> String {
    value_name(&format!("v{}", rust_letters(version)))
}

/// Returns the cargo feature of a version of the API: `v2026-10` for `2026-10`.
pub fn version_feature(version: &str) -> String {
    version_module(version).replace('_', "-")
}

/// Returns the resource of an operation, in the spelling of its cargo feature: `license-keys` for `license_keys:get`.
pub fn resource_name(operation_id: &str) -> String {
    operation_id.split(':').next().unwrap_or_default().replace('_', "-")
}

/// Returns true if a name is already in snake case, in ASCII.
///
/// Most names are. Checking for this first is faster than a conversion, which matters in a build script.
fn is_snake(name: &str) -> bool {
    let bytes = name.as_bytes();
    let fits = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
    bytes.iter().all(fits) && !name.contains("__") && bytes.first() != Some(&b'_') && bytes.last() != Some(&b'_')
}

/// Returns true if a name is already in upper camel case, in ASCII and without digits.
fn is_camel(name: &str) -> bool {
    let mut after_upper = false;
    let mut fits = |byte: u8| {
        let fits = byte.is_ascii_lowercase() || byte.is_ascii_uppercase() && !after_upper;
        after_upper = byte.is_ascii_uppercase();
        fits
    };
    name.starts_with(|first: char| first.is_ascii_uppercase()) && name.bytes().all(&mut fits)
}

fn camel_of_snake(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    for word in name.split('_') {
        camel.push_str(word);
        let begin = camel.len() - word.len();
        if let Some(first) = camel.get_mut(begin..=begin) {
            first.make_ascii_uppercase();
        }
    }
    camel
}

/// Replaces characters that Rust identifiers cannot contain by spaces, including letters and digits such as `½`.
fn rust_letters(name: &str) -> String {
    let fits = |letter: char| letter.is_ascii() || unicode_ident::is_xid_continue(letter);
    name.chars().map(|letter| if fits(letter) { letter } else { ' ' }).collect()
}

/// The [keywords](https://doc.rust-lang.org/reference/keywords.html) of Rust, in use and reserved, in alphabetical order.
const KEYWORDS: [&str; 52] = [
    "_", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super",
    "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Removes the words that all names of a list have in common at the beginning or the end.
///
/// Returns the names unchanged if one of them would become empty.
pub fn without_shared_words(names: &[String]) -> Vec<String> {
    let words: Vec<Vec<String>> =
        names.iter().map(|name| name.to_snake_case().split('_').map(str::to_owned).collect()).collect();
    let shortest = words.iter().map(Vec::len).min().unwrap_or(0);
    let shared = |at: &dyn Fn(&Vec<String>, usize) -> String| {
        (0..shortest).take_while(|&index| words.iter().all(|other| at(other, index) == at(&words[0], index))).count()
    };
    let front = shared(&|words, index| words[index].clone());
    let back = shared(&|words, index| words[words.len() - 1 - index].clone());
    let cut = |front: usize, back: usize| -> Option<Vec<String>> {
        words
            .iter()
            .map(|words| {
                let rest = words.get(front..words.len().checked_sub(back)?)?;
                (!rest.is_empty()).then(|| type_name(&rest.join("_")))
            })
            .collect()
    };
    if names.len() < 2 {
        return names.to_vec();
    }
    if front == 0 {
        // A name that consists only of the common suffix is kept, since it remains unique.
        let whole = |words: &Vec<String>| words.len() == back;
        let cut = words
            .iter()
            .map(|words| if whole(words) { words.join("_") } else { words[..words.len() - back].join("_") });
        return cut.map(|name| type_name(&name)).collect();
    }
    let backs = (0..=back).rev().map(|back| (front, back));
    let fronts = (0..front).rev().map(|front| (front, 0));
    backs.chain(fronts).find_map(|(front, back)| cut(front, back)).unwrap_or_else(|| names.to_vec())
}

/// The names that generated files import from the client. Types of the document cannot use them.
const IMPORTED: [&str; 31] = [
    "BTreeMap",
    "Borrow",
    "Call",
    "Client",
    "CursorPage",
    "DateTime",
    "Decimal",
    "DecimalOrNumber",
    "Decode",
    "DecodeError",
    "Encode",
    "Literal",
    "Map",
    "NaiveDate",
    "Null",
    "Number",
    "OneOrMany",
    "Page",
    "Patch",
    "Portal",
    "Property",
    "Reader",
    "Request",
    "Scalar",
    "Tag",
    "UnknownValue",
    "Utc",
    "Uuid",
    "Value",
    "Writer",
    "operations",
];

/// Other names that generated files refer to. Types of the document cannot use them either.
const TAKEN: [&str; 11] = [
    "BodyFormat",
    "Box",
    "Credential",
    "JsonType",
    "Operation",
    "Option",
    "Requirement",
    "Result",
    "String",
    "Success",
    "Vec",
];

/// Returns true if a name is reserved, because generated files use it for another item.
pub fn is_taken(name: &str) -> bool {
    IMPORTED.contains(&name) || TAKEN.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(names: &[&str]) -> Vec<String> {
        without_shared_words(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn variants_lose_the_words_they_share() {
        assert_eq!(cut(&["CustomerIndividualCreate", "CustomerTeamCreate"]), ["Individual", "Team"]);
        assert_eq!(cut(&["SystemEvent", "UserEvent"]), ["System", "User"]);
    }

    #[test]
    fn a_variant_never_loses_its_last_word() {
        assert_eq!(cut(&["EventCreateCustomer", "EventCreateExternalCustomer"]), ["Customer", "ExternalCustomer"]);
        assert_eq!(cut(&["FilterClause", "Filter"]), ["FilterClause", "Filter"]);
        assert_eq!(cut(&["LegacyRecurringProductPrice", "ProductPrice"]), ["LegacyRecurring", "ProductPrice"]);
    }

    #[test]
    fn keywords_get_an_underscore() {
        assert!(KEYWORDS.is_sorted());
        assert_eq!(value_name("type"), "type_");
        assert_eq!(value_name("checkout-links"), "checkout_links");
        assert_eq!(type_name("2xx"), "N2xx");
        assert_eq!((type_name("2026-10"), type_name("2026-1")), ("V202610".to_owned(), "N20261".to_owned()));
        assert_eq!(type_name("self"), "Self_");
    }

    #[test]
    fn characters_that_identifiers_cannot_contain_are_removed() {
        assert_eq!((type_name("½ price"), value_name("½ price")), ("Price".to_owned(), "price".to_owned()));
        assert_eq!((type_name("+"), value_name("+")), ("Empty".to_owned(), "x".to_owned()));
        assert_eq!(
            (value_name("1st"), value_name("don't"), value_name("-1")),
            ("x1st".to_owned(), "dont".to_owned(), "minus1".to_owned())
        );
        assert_eq!((type_name("größe"), value_name("größe")), ("Größe".to_owned(), "größe".to_owned()));
    }

    #[test]
    fn the_fast_paths_have_the_same_result() {
        for name in ["", "a", "1", "customer_id", "s3_file", "2fa_x1y2_3", "self", "type"] {
            assert!(is_snake(name), "{name}");
            assert_eq!(camel_of_snake(name), name.to_upper_camel_case());
            assert_eq!(name, name.to_snake_case());
        }
        for name in ["A", "Customer", "CustomerCreate", "PlanB"] {
            assert!(is_camel(name), "{name}");
            assert_eq!(name, name.to_upper_camel_case());
        }
        for name in ["", "customer", "ACustomer", "S3File", "Customer_", "Größe"] {
            assert!(!is_camel(name), "{name}");
        }
        for name in ["x_", "_x", "a__b", "a-b", "aB", "größe"] {
            assert!(!is_snake(name), "{name}");
        }
    }

    #[test]
    fn the_fallback_keeps_its_name() {
        assert_eq!(variant_name("unknown"), "UnknownValue");
        assert_eq!(variant_name("unknown_device"), "UnknownDevice");
    }
}
