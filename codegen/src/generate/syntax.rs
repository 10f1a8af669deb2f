//! Helpers for syntax trees.

use syn::{FnArg, GenericArgument, ImplItem, PathArguments, Type};

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

/// Shortens the paths in an `impl` block: that of its trait and those in the signatures of its functions.
pub fn tidy_block(mut block: syn::ItemImpl) -> syn::ItemImpl {
    if let Some((path, _)) = &mut block.trait_ {
        tidy_path(path);
    }
    for item in &mut block.items {
        let ImplItem::Fn(function) = item else { continue };
        for argument in &mut function.sig.inputs {
            if let FnArg::Typed(argument) = argument {
                tidy_type(&mut argument.ty);
            }
        }
    }
    block
}

/// Shortens the paths in a type.
pub fn tidy_type(ty: &mut Type) {
    match ty {
        Type::Path(path) => tidy_path(&mut path.path),
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(tidy_type),
        Type::Reference(reference) => tidy_type(&mut reference.elem),
        _ => {}
    }
}

fn tidy_path(path: &mut syn::Path) {
    path.leading_colon = None;
    let Some(mut last) = path.segments.pop() else { return };
    if let PathArguments::AngleBracketed(arguments) = &mut last.arguments {
        for argument in &mut arguments.args {
            if let GenericArgument::Type(ty) = argument {
                tidy_type(ty);
            }
        }
        arguments.args.pop_punct();
    }
    path.segments = [last].into_iter().collect();
}
