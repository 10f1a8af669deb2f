//! Structs: fields, constructors, setters, encoding and decoding.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::tokens::{self, Input, attribute, ident, input, optional_input, parse_source, type_tokens};
use super::{bodies, docs};
use crate::json::Value;
use crate::model::{Id, Kind, Model, Presence, Property, Rule, Struct, Type, TypeRef, Union};
use crate::names::value_name;
use crate::rewrite::RAW;
use crate::{Error, Result};

pub fn structure(model: &Model, ty: &Type, object: &Struct) -> Result<(syn::Item, TokenStream)> {
    let fields = fields(model, ty, object)?;
    let rest = object.additional.as_ref().map(type_tokens);
    if ty.input {
        check_setters(ty, &fields, rest.is_some())?;
    }
    if object.keeps_json && fields.len() > MOST_TAKEN {
        return Err(Error::new(&ty.place, format!("more than {MOST_TAKEN} shared properties")));
    }
    if let Some(required) = required_name(model, ty).filter(|required| model.types.contains_key(required)) {
        return Err(Error::new(
            &ty.place,
            format!("the struct of its required properties and a type are `{required}`"),
        ));
    }
    let definition = definition(model, ty, object)?;
    let shape = Shape { model, ty, object, fields, rest };
    let mut tokens = TokenStream::new();
    tokens.extend(ty.input.then(|| shape.construction()));
    let name = ident(&ty.name);
    tokens.extend(shape.codec());
    tokens.extend(quote!(impl_debug_and_serde!(#name);));
    if model.item_of_page(&TypeRef::Named(ty.name.clone())).is_some() {
        tokens.extend(shape.paged());
    }
    Ok((syn::Item::Struct(definition), tokens))
}

/// Returns the struct that typify generated, with this crate's docs and derives instead of serde's attributes.
fn definition(model: &Model, ty: &Type, object: &Struct) -> Result<syn::ItemStruct> {
    let mut item: syn::ItemStruct = parse_source(&ty.source.definition, &ty.place)?;
    docs::replace(&mut item.attrs, &crate::docs::of_type(model, ty));
    item.attrs.extend([attribute(quote!(derive(Clone, PartialEq))), attribute(quote!(non_exhaustive))]);
    // Applies to all setters, since they return the struct.
    item.attrs.extend(ty.input.then(|| attribute(quote!(must_use))));
    let properties: BTreeMap<String, &Property> =
        object.properties.iter().map(|property| (value_name(&property.name), property)).collect();
    for field in &mut item.fields {
        let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        let docs = match properties.get(&name) {
            Some(property) => crate::docs::of_property(property),
            None if name == RAW && object.keeps_json => "The whole object, as the API sent it.".to_owned(),
            None => "All other properties.".to_owned(),
        };
        docs::replace(&mut field.attrs, &docs);
    }
    Ok(item)
}

struct Shape<'a> {
    model: &'a Model,
    ty: &'a Type,
    object: &'a Struct,
    fields: Vec<Field<'a>>,
    /// The type of additional properties, if they are kept.
    rest: Option<TokenStream>,
}

impl Shape<'_> {
    /// Returns the `Paged` implementation of a page of a list, depending on the properties that its `pagination` has.
    fn paged(&self) -> Option<TokenStream> {
        let field = |name: &str| self.fields.iter().find(|field| field.property.name == name);
        let (items, pagination) = (field("items")?, field("pagination")?);
        let property = |name: &str, ty: &TypeRef| {
            let TypeRef::Named(pagination) = &pagination.property.ty else { return None };
            let pagination = self.model.types.get(pagination)?;
            let Kind::Struct(object) = &pagination.kind else { return None };
            let property = object.properties.iter().find(|property| property.name == name && property.ty == *ty)?;
            let ident = ident(&value_name(name));
            Some(match property.presence() {
                Presence::Required => quote!(Some(page.pagination.#ident)),
                Presence::Patch => return None,
                _ => quote!(page.pagination.#ident),
            })
        };
        let TypeRef::List(item) = &items.property.ty else { return None };
        let (name, item) = (ident(&self.ty.name), type_tokens(item));
        let more = property("has_next_page", &TypeRef::Boolean).unwrap_or_else(|| quote!(None));
        let last = property("max_page", &TypeRef::Integer).unwrap_or_else(|| quote!(None));
        Some(quote! {
            #[cfg(feature = "client")]
            impl_paged!(#name, #item, page, (#more, #last));
        })
    }
}

struct Field<'a> {
    property: &'a Property,
    ident: Ident,
    /// The type of the value, without `Option` and `Patch`.
    value: TokenStream,
    presence: Presence,
    /// The path to the sibling property that determines the variant of this one.
    tag_path: Option<&'a [String]>,
    /// The value that the constructor sets.
    preset: Option<TokenStream>,
}

/// The maximum number of fields that the client takes from an object with one call.
const MOST_TAKEN: usize = 16;

/// An accessor for a property that all variants of a union share.
pub struct Access {
    /// The return type of the accessor: the value if it is `Copy`, a slice of a list, otherwise a reference.
    pub ty: TokenStream,
    /// True if the property is a list.
    pub is_list: bool,
    /// True if the property is always present, as lists are, which are empty otherwise.
    pub is_total: bool,
    /// The expression for the property of a variant that is bound to `value`. An `Option` unless the property is always
    /// present.
    pub expression: TokenStream,
}

/// Returns the accessors of a struct by Rust name, including those for constants without a field.
pub fn accesses(model: &Model, ty: &Type, object: &Struct) -> Result<BTreeMap<String, (String, Access)>> {
    let mut accesses = BTreeMap::new();
    for field in fields(model, ty, object)? {
        let ident = &field.ident;
        let value = &field.value;
        if let TypeRef::List(item) = &field.property.ty {
            let (item, expression) = (
                type_tokens(item),
                match field.presence {
                    Presence::Required => quote!(value.#ident.as_slice()),
                    Presence::Patch => quote!(value.#ident.value().map_or(&[], Vec::as_slice)),
                    _ => quote!(value.#ident.as_deref().unwrap_or_default()),
                },
            );
            let access = Access { ty: quote!(&[#item]), is_list: true, is_total: true, expression };
            accesses.insert(ident.to_string(), (field.property.name.clone(), access));
            continue;
        }
        let (is_text, is_copy) = (field.property.ty == TypeRef::String, model.is_copy(&field.property.ty));
        let expression = match field.presence {
            Presence::Required if is_text => quote!(value.#ident.as_str()),
            Presence::Required if is_copy => quote!(value.#ident),
            Presence::Required => quote!(&value.#ident),
            Presence::Patch if is_text => quote!(value.#ident.value().map(String::as_str)),
            Presence::Patch if is_copy => quote!(value.#ident.value().copied()),
            Presence::Patch => quote!(value.#ident.value()),
            _ if is_text => quote!(value.#ident.as_deref()),
            _ if is_copy => quote!(value.#ident),
            _ => quote!(value.#ident.as_ref()),
        };
        let ty = match (is_text, is_copy) {
            (true, _) => quote!(&str),
            (_, true) => quote!(#value),
            _ => quote!(&#value),
        };
        let is_total = field.presence == Presence::Required;
        accesses.insert(
            ident.to_string(),
            (field.property.name.clone(), Access { ty, is_list: false, is_total, expression }),
        );
    }
    for property in object.properties.iter().filter(|property| property.implied) {
        if let Some(Value::String(constant)) = &property.constant {
            let access = Access { ty: quote!(&str), is_list: false, is_total: true, expression: quote!(#constant) };
            accesses.insert(value_name(&property.name), (property.name.clone(), access));
        }
    }
    Ok(accesses)
}

/// Returns the arguments of a struct's constructor: the name of the property and the type of each argument.
pub fn arguments(model: &Model, ty: &Type, object: &Struct) -> Result<Vec<(String, TokenStream)>> {
    let fields = fields(model, ty, object)?;
    let arguments = fields.iter().filter(|field| field.is_argument());
    Ok(arguments.map(|field| (field.property.name.clone(), field.ty())).collect())
}

/// The maximum number of arguments of a constructor that are told apart by their place alone.
const MOST_UNNAMED: usize = 5;

/// Returns the name of the struct that names the arguments of a type's constructor. There is one if two neighbours take
/// values of one type, so that they could be swapped, or if there are many.
pub fn required_name(model: &Model, ty: &Type) -> Option<String> {
    let Kind::Struct(object) = &ty.kind else { return None };
    let arguments: Vec<&Property> = object.properties.iter().filter(|property| property.is_argument()).collect();
    let is_text = |ty: &TypeRef| *ty == TypeRef::String || model.id(ty) == Some(Id::String);
    let are_alike = |pair: &[&Property]| match pair {
        [one, other] => one.ty == other.ty || is_text(&one.ty) && is_text(&other.ty),
        _ => false,
    };
    let is_needed = ty.input && (arguments.len() > MOST_UNNAMED || arguments.windows(2).any(are_alike));
    is_needed.then(|| format!("{}Required", ty.name))
}

fn fields<'a>(model: &'a Model, ty: &Type, object: &'a Struct) -> Result<Vec<Field<'a>>> {
    let properties = object.properties.iter().filter(|property| !property.implied);
    properties
        .map(|property| {
            let presence = property.presence();
            let tag_path = match &property.ty {
                TypeRef::Named(name) => match &model.ty(name)?.kind {
                    Kind::Union(Union { rule: Rule::Parent { path, .. }, .. }) => Some(path.as_slice()),
                    _ => None,
                },
                _ => None,
            };
            if tag_path.is_some() && presence != Presence::Required {
                return Err(Error::new(
                    &ty.place,
                    format!("`{}` is told by its parent, and may be missing", property.name),
                ));
            }
            let value = type_tokens(&property.ty);
            let no_value =
                || Error::new(&ty.place, format!("the preset of `{}` is no value of its type", property.name));
            let preset = property.preset.as_ref().map(|value| preset(model, property, value).ok_or_else(no_value));
            Ok(Field {
                property,
                ident: ident(&value_name(&property.name)),
                value: if property.boxed { quote!(Box<#value>) } else { value },
                presence,
                tag_path,
                preset: preset.transpose()?,
            })
        })
        .collect()
}

/// Returns the value that the constructor sets for a property: a boolean, a string or a variant of an enumeration. `None`
/// if the property is of another type.
fn preset(model: &Model, property: &Property, preset: &Value) -> Option<TokenStream> {
    match (&property.ty, preset) {
        (TypeRef::Boolean, Value::Bool(preset)) => Some(quote!(#preset)),
        (TypeRef::String, Value::String(preset)) => Some(quote!(#preset.to_owned())),
        (TypeRef::Named(name), preset) => {
            let Kind::Enum(set) = &model.types.get(name)?.kind else { return None };
            let value = set.values.iter().find(|value| *preset == value.value)?;
            let (ty, variant) = (ident(name), ident(&value.variant));
            Some(quote!(#ty::#variant))
        }
        _ => None,
    }
}

impl Field<'_> {
    /// Returns the type of the field.
    fn ty(&self) -> TokenStream {
        let value = &self.value;
        match self.presence {
            Presence::Required => quote!(#value),
            Presence::Nullable | Presence::Optional => quote!(Option<#value>),
            Presence::Patch => quote!(Patch<#value>),
        }
    }

    /// Returns true if the property is an argument of the constructor.
    fn is_argument(&self) -> bool {
        self.property.is_argument()
    }
}

impl Shape<'_> {
    fn construction(&self) -> TokenStream {
        let name = ident(&self.ty.name);
        let arguments = self.fields.iter().filter(|field| field.is_argument());
        let arguments: Vec<Input> = arguments.map(|field| self.argument(field)).collect();
        let arguments = arguments.iter().map(|argument| &argument.declaration);
        let values = self.fields.iter().map(|field| {
            let ident = &field.ident;
            match field.presence {
                _ if field.is_argument() => {
                    let value = self.argument(field).value;
                    if ident == &value.to_string() { quote!(#ident) } else { quote!(#ident: #value) }
                }
                presence => match (presence, &field.preset) {
                    (Presence::Required, Some(preset)) => quote!(#ident: #preset),
                    (Presence::Patch, Some(preset)) => quote!(#ident: Patch::Value(#preset)),
                    (_, Some(preset)) => quote!(#ident: Some(#preset)),
                    (Presence::Patch, None) => quote!(#ident: Patch::Absent),
                    (_, None) => quote!(#ident: None),
                },
            }
        });
        let rest = self.rest.as_ref().map(|_| quote!(additional: BTreeMap::new(),));
        let setters = self.fields.iter().filter(|field| !field.is_argument()).map(|field| setter(self.model, field));
        let add = self.rest.as_ref().map(|value| {
            quote! {
                /// Adds a property that has no setter of its own.
                pub fn with(mut self, name: impl Into<String>, value: impl Into<#value>) -> Self {
                    self.additional.insert(name.into(), value.into());
                    self
                }
            }
        });
        let required = required_name(self.model, self.ty);
        let named = required
            .as_ref()
            .map(|required| format!("[`{required}`] has them by name, so that none is taken for another."));
        let only = bodies::only_argument(self.model, self.ty, self.object);
        let alone = only.map(|property| format!("Calls take a value of `{}` in its place.", property.name));
        let docs = docs::doc(
            [
                Some(format!(
                    "Creates {} `{}` with its required properties.",
                    crate::docs::article(&self.ty.name),
                    self.ty.name
                )),
                named,
                alone,
            ]
            .into_iter()
            .flatten(),
        );
        let required = required.map(|required| self.required(&ident(&required)));
        let only = only.map(|property| bodies::conversions(self.model, self.ty, property));
        let default = self.fields.iter().all(|field| !field.is_argument()).then(|| {
            quote! {
                impl Default for #name {
                    #[inline]
                    fn default() -> Self {
                        Self::new()
                    }
                }
            }
        });
        quote! {
            impl #name {
                #docs
                #[inline]
                pub fn new(#(#arguments),*) -> Self {
                    Self { #(#values,)* #rest }
                }
                #(#setters)*
                #add
            }
            #default
            #required
            #only
        }
    }

    /// Returns the struct that names the arguments of the constructor.
    fn required(&self, required: &Ident) -> TokenStream {
        let name = ident(&self.ty.name);
        let docs = docs::doc([
            format!("The required properties of [`{name}`], by name, in place of the arguments of [`{name}::new`]."),
            format!("Convert it with [`{name}::from`]. A property that becomes required is added as a field."),
        ]);
        let arguments = || self.fields.iter().filter(|field| field.is_argument());
        let idents = arguments().map(|field| &field.ident);
        let fields = arguments().map(|field| {
            let (ident, ty) = (&field.ident, field.ty());
            let docs = docs::doc([crate::docs::of_property(field.property)]);
            quote!(#docs pub #ident: #ty)
        });
        quote! {
            #docs
            #[derive(Clone, PartialEq)]
            pub struct #required { #(#fields),* }

            impl_required!(#required, #name, [#(#idents),*]);
        }
    }

    /// Returns the argument of the constructor for a field.
    fn argument(&self, field: &Field<'_>) -> Input {
        let Field { property: Property { ty, .. }, ident, value, .. } = field;
        match field.presence {
            Presence::Required => input(self.model, ty, ident, value),
            _ => {
                let declaration = quote!(#ident: impl Into<Option<#value>>);
                Input { generic: None, declaration, value: quote!(#ident.into()) }
            }
        }
    }

    /// Returns the implementations of `Decode` and `Encode`: a macro call with the table of properties, in groups that
    /// the client takes from an object with one call.
    fn codec(&self) -> TokenStream {
        if self.fields.iter().any(|field| field.tag_path.is_some()) {
            return self.told();
        }
        let name = ident(&self.ty.name);
        if self.object.keeps_json {
            let properties = self.object.properties.iter().map(|property| self.property(property));
            return quote!(impl_unknown_object!(#name, [#(#properties),*]););
        }
        let mut groups = vec![Vec::new()];
        let mut taken = 0;
        for property in &self.object.properties {
            if taken == MOST_TAKEN && !property.implied {
                groups.push(Vec::new());
                taken = 0;
            }
            taken += usize::from(!property.implied);
            groups.last_mut().into_iter().for_each(|group| group.push(self.property(property)));
        }
        let rest = self.rest.as_ref().map(|_| quote!(, additional));
        quote!(impl_object!(#name #(, [#(#groups),*])* #rest);)
    }

    /// Returns a property as it stands in a macro call: its entry in the table, and its field unless it is a constant.
    fn property(&self, property: &Property) -> TokenStream {
        let entry = self.entry(property);
        let field = self.fields.iter().find(|field| field.property.name == property.name).map(|field| &field.ident);
        let field = field.into_iter();
        quote!(#entry #(=> #field)*)
    }

    /// Returns the entry of a property in the table.
    fn entry(&self, property: &Property) -> TokenStream {
        let json_name = &property.name;
        match self.fields.iter().find(|field| field.property.name == property.name) {
            Some(field) if field.presence == Presence::Optional && property.secret => {
                quote!(OptionalSecret(#json_name))
            }
            Some(field) if field.presence == Presence::Optional => quote!(Optional(#json_name)),
            Some(_) if property.secret => quote!(Secret(#json_name)),
            Some(_) => quote!(Always(#json_name)),
            None => {
                let constant = constant(property);
                quote!(Constant(#json_name, #constant))
            }
        }
    }

    /// Returns the implementations of an object with a union that one of its other properties tells.
    fn told(&self) -> TokenStream {
        let name = ident(&self.ty.name);
        let properties = self.object.properties.iter().map(|property| self.entry(property));
        let is_name_taken = self.fields.iter().any(|field| field.ident == "fields");
        let fields = ident(if is_name_taken { "fields_" } else { "fields" });
        let groups = self.fields.chunk_by(|one, other| one.tag_path.is_none() && other.tag_path.is_none());
        let takes = groups.flat_map(|group| group.chunks(MOST_TAKEN)).map(|group| match group {
            [Field { ident, tag_path: Some(path), value: union, .. }] => {
                quote!(let #ident = #fields.take_told(&[#(#path),*], #union::decode_within)?;)
            }
            _ => {
                let idents = group.iter().map(|field| &field.ident);
                quote!(let (#(#idents,)*) = #fields.take()?;)
            }
        });
        let (enter, end, rest, write) = match &self.rest {
            None => (quote!(fields), quote!(#fields.end()?;), None, (quote!(object), None)),
            Some(_) => (
                quote!(fields_and_rest),
                quote!(let additional = #fields.rest()?;),
                Some(quote!(additional)),
                (quote!(object_and_rest), Some(quote!(, &self.additional))),
            ),
        };
        let (write, written_rest) = write;
        let idents: Vec<&Ident> = self.fields.iter().map(|field| &field.ident).collect();
        quote! {
            impl #name {
                const PROPERTIES: &'static [Property] = &[#(Property::#properties),*];
            }

            impl Decode for #name {
                #[inline]
                fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                    let mut #fields = reader.#enter(Self::PROPERTIES)?;
                    #(#takes)*
                    #end
                    Ok(Self { #(#idents,)* #rest })
                }
            }

            impl Encode for #name {
                #[inline]
                fn encode(&self, writer: &mut Writer) {
                    writer.#write(Self::PROPERTIES, &[#(&self.#idents),*] #written_rest);
                }
            }
        }
    }
}

fn setter(model: &Model, field: &Field<'_>) -> TokenStream {
    let (ident, value) = (&field.ident, &field.value);
    let docs = docs::doc([crate::docs::of_property(field.property)]);
    let clear = (field.presence == Presence::Patch).then(|| {
        let (clear, name) = (clear_ident(field), &field.property.name);
        quote!(clear!(#clear, #ident = #name);)
    });
    let set = (field.property.ty != TypeRef::Null).then(|| {
        let argument = tokens::ident("value");
        let Input { generic, declaration, value } = match field.presence {
            Presence::Required => input(model, &field.property.ty, &argument, value),
            _ => optional_input(model, &field.property.ty, &argument, value),
        };
        let generic = generic.map(|name| quote!(<#name>));
        let value = if field.presence == Presence::Patch { quote!(Patch::given(#value)) } else { quote!(#value) };
        quote! {
            #docs
            pub fn #ident #generic(mut self, #declaration) -> Self {
                self.#ident = #value;
                self
            }
        }
    });
    quote!(#set #clear)
}

/// Returns the name of the method that sets a property to `null`.
fn clear_ident(field: &Field<'_>) -> Ident {
    format_ident!("clear_{}", value_name(&field.property.name).trim_matches('_'))
}

/// Checks that the methods of a request struct have unique names.
fn check_setters(ty: &Type, fields: &[Field<'_>], has_rest: bool) -> Result<()> {
    let mut seen: BTreeSet<String> = ["new".to_owned()].into();
    seen.extend(has_rest.then(|| "with".to_owned()));
    for field in fields.iter().filter(|field| !field.is_argument()) {
        let clear = (field.presence == Presence::Patch).then(|| clear_ident(field));
        let set = (field.property.ty != TypeRef::Null).then(|| field.ident.clone());
        for method in set.into_iter().chain(clear) {
            if !seen.insert(method.to_string()) {
                let message = format!("the property `{}` makes a second method `{method}`", field.property.name);
                return Err(Error::new(&ty.place, message));
            }
        }
    }
    Ok(())
}

/// Returns the literal of a constant property.
fn constant(property: &Property) -> TokenStream {
    match &property.constant {
        Some(Value::String(value)) => quote!(Literal::String(#value)),
        Some(Value::Bool(value)) => quote!(Literal::Boolean(#value)),
        _ => quote!(Literal::Null),
    }
}
