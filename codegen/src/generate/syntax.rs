//! How syntax trees are read and tidied.

use syn::{FnArg, GenericArgument, ImplItem, PathArguments, Type};

/// The last name in the path of a type.
pub fn last_name(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    Some(path.path.segments.last()?.ident.to_string())
}

/// The last type argument of a type.
pub fn last_argument(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    match arguments.args.last()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// The first type argument of a type.
pub fn inner(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Shortens the paths of an implementation: those of its trait and of its functions' arguments.
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

/// Shortens the paths of a type.
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
