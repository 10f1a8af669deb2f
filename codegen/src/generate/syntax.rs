//! Helpers for tokens and syntax trees.

use proc_macro2::{Group, Spacing, TokenStream, TokenTree};
use syn::{GenericArgument, PathArguments, Type};

use super::type_ref::TypeRef;

/// Returns the last segment of the path of a type.
pub fn last_name(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    Some(path.path.segments.last()?.ident.to_string())
}

/// Returns the last type argument of a type.
fn last_argument(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    match arguments.args.last()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// Returns the first type argument of a type.
pub fn inner(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Returns the type that a syntax tree represents.
pub fn type_of(ty: &Type) -> Option<TypeRef> {
    let name = match ty {
        Type::Reference(reference) => return type_of(&reference.elem),
        Type::Slice(list) => return Some(TypeRef::List(Box::new(type_of(&list.elem)?))),
        ty => last_name(ty)?,
    };
    let element = || inner(ty).and_then(type_of).map(Box::new);
    Some(match name.as_str() {
        "Box" => *element()?,
        "Vec" => TypeRef::List(element()?),
        "Page" => TypeRef::Page(element()?),
        "BTreeMap" | "HashMap" => TypeRef::Map(Box::new(type_of(last_argument(ty)?)?)),
        "Map" => TypeRef::Map(Box::new(TypeRef::Any)),
        "str" | "String" => TypeRef::String,
        "i64" => TypeRef::Integer,
        "bool" => TypeRef::Boolean,
        "Number" => TypeRef::Number,
        "Null" => TypeRef::Null,
        "Decimal" => TypeRef::Decimal,
        "DecimalOrNumber" => TypeRef::DecimalOrNumber,
        "Scalar" => TypeRef::Scalar,
        "Value" => TypeRef::Any,
        "Uuid" => TypeRef::Uuid,
        "NaiveDate" => TypeRef::Date,
        "DateTime" => TypeRef::DateTime,
        _ => TypeRef::Named(name),
    })
}

/// Returns tokens without attributes, which belong to serde's derives or contain the schema as documentation, and with
/// only the last segment of each path.
pub fn tidy(tokens: TokenStream) -> TokenStream {
    let mut tidied: Vec<TokenTree> = Vec::new();
    // Whether the last token is `::`, and whether it is a segment that follows `::`.
    let (mut in_path, mut is_segment) = (false, false);
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                tokens.next();
                continue;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint => {
                let second = tokens.next();
                if is_segment {
                    tidied.pop();
                } else if matches!(tidied.last(), Some(TokenTree::Ident(name)) if name == "Self") {
                    tidied.extend([token].into_iter().chain(second));
                }
                (in_path, is_segment) = (true, false);
                continue;
            }
            TokenTree::Punct(punct) if punct.as_char() == '>' => {
                tidied.pop_if(|last| matches!(last, TokenTree::Punct(comma) if comma.as_char() == ','));
            }
            _ => {}
        }
        is_segment = in_path && matches!(token, TokenTree::Ident(_));
        in_path = false;
        tidied.push(match token {
            TokenTree::Group(group) => Group::new(group.delimiter(), tidy(group.stream())).into(),
            token => token,
        });
    }
    tidied.into_iter().collect()
}
