//! Decoding of objects by a table of their properties.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::decode::Decode;
use super::error::DecodeError;
use super::property::Property;
use super::reader::{Key, Reader};
use super::tag::Tag;

/// Decodes the properties of an object, in the order of the type's table.
///
/// The API usually sends properties in the order of its document, which is also the order of the table, so the next
/// property is nearly always the expected one and is decoded in place. A property that comes too early is skipped, and
/// read once it is its turn. Unknown properties are ignored. If a property is repeated, the first one counts.
pub(crate) struct Fields<'r, 'de> {
    /// A reader at the start of the object.
    whole: Reader<'de>,
    reader: &'r mut Reader<'de>,
    properties: &'static [Property],
    /// The number of properties of the table that have been processed.
    taken: usize,
    /// The positions of values that were skipped because they came too early.
    early: Vec<(usize, Reader<'de>)>,
    /// The positions of unknown properties, if they are kept.
    rest: Option<Vec<(Cow<'de, str>, Reader<'de>)>>,
    is_open: bool,
}

impl<'de> Reader<'de> {
    /// Enters an object with a table of properties.
    pub(crate) fn fields<'r>(&'r mut self, properties: &'static [Property]) -> Result<Fields<'r, 'de>, DecodeError> {
        let whole = self.fork();
        self.object()?;
        Ok(Fields { whole, reader: self, properties, taken: 0, early: Vec::new(), rest: None, is_open: true })
    }

    /// Decodes an object into a tuple of its non-constant properties, up to 16.
    ///
    /// # Errors
    /// If the value is not an object, or if a property is missing or does not match its type.
    pub(crate) fn take<T: Take>(&mut self, properties: &'static [Property]) -> Result<T, DecodeError> {
        let mut fields = self.fields(properties)?;
        let values = fields.take()?;
        fields.end()?;
        Ok(values)
    }

    /// Enters an object with a table of some properties; [`Fields::rest`] returns the others.
    pub(crate) fn fields_and_rest<'r>(
        &'r mut self,
        properties: &'static [Property],
    ) -> Result<Fields<'r, 'de>, DecodeError> {
        Ok(Fields { rest: Some(Vec::new()), ..self.fields(properties)? })
    }
}

impl<'de> Fields<'_, 'de> {
    /// Decodes the next fields into a tuple, up to 16.
    pub(crate) fn take<T: Take>(&mut self) -> Result<T, DecodeError> {
        T::take(self)
    }

    /// Decodes the next field.
    fn next<T: Decode>(&mut self) -> Result<T, DecodeError> {
        match self.seek()? {
            Some(reader) => T::decode(reader).map_err(|error| self.within(error)),
            None => T::absent().ok_or_else(|| self.missing()),
        }
    }

    /// Decodes the next field, whose type depends on the property at `path` of the whole object.
    pub(crate) fn take_told<T>(
        &mut self,
        path: &[&str],
        decode: fn(&mut Reader<'_>, &Tag<'_>) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let tag = self.whole.tag(path)?;
        match self.seek()? {
            Some(reader) => decode(reader, &tag).map_err(|error| self.within(error)),
            None => Err(self.missing()),
        }
    }

    /// Returns the properties that are not in the table. Must be called after all fields were decoded.
    pub(crate) fn rest<T: Decode>(&mut self) -> Result<BTreeMap<String, T>, DecodeError> {
        self.end()?;
        let mut values = BTreeMap::new();
        for (name, mut reader) in self.rest.take().unwrap_or_default() {
            match T::decode(&mut reader) {
                Ok(value) => values.entry(name.into_owned()).or_insert(value),
                Err(error) => return Err(error.in_property(name.into_owned())),
            };
        }
        Ok(values)
    }

    /// Skips the rest of the object.
    pub(crate) fn end(&mut self) -> Result<(), DecodeError> {
        self.taken = self.properties.len() + 1;
        while self.is_open {
            match self.reader.key()? {
                Some(key) => self.pass(key)?,
                None => self.is_open = false,
            }
        }
        Ok(())
    }

    /// Moves to the value of the next non-constant property; `None` if it is missing.
    fn seek(&mut self) -> Result<Option<&mut Reader<'de>>, DecodeError> {
        let property = loop {
            let Some(property) = self.properties.get(self.taken) else { return Ok(None) };
            self.taken += 1;
            if !matches!(property, Property::Constant(..)) {
                break property;
            }
        };
        if !self.early.is_empty()
            && let Some(place) = self.early.iter().position(|(index, _)| index + 1 == self.taken)
        {
            return Ok(Some(&mut self.early[place].1));
        }
        while self.is_open {
            match self.reader.key_like(property.name())? {
                Key::Expected => return Ok(Some(self.reader)),
                // The name is written with escapes.
                Key::Other(key) if key == property.name() => return Ok(Some(self.reader)),
                Key::Other(key) => self.pass(key)?,
                Key::End => self.is_open = false,
            }
        }
        Ok(None)
    }

    /// Skips a property that is not the expected one.
    fn pass(&mut self, key: Cow<'de, str>) -> Result<(), DecodeError> {
        // Searches backward first, since a constant usually stands right before the expected property.
        let (done, left) = self.properties.split_at(self.taken.min(self.properties.len()));
        let is_it = |property: &Property| property.name() == key;
        let later = || left.iter().position(is_it).map(|index| done.len() + index);
        match done.iter().rposition(is_it).or_else(later) {
            Some(index) => match self.properties[index] {
                Property::Constant(name, value) => {
                    return self.reader.constant(&value).map_err(|error| error.in_property(name));
                }
                _ if index >= self.taken && self.early.iter().all(|(other, _)| *other != index) => {
                    self.early.push((index, self.reader.fork()));
                    return self.reader.skip_unchecked();
                }
                _ => {}
            },
            None => {
                if let Some(rest) = &mut self.rest {
                    rest.push((key, self.reader.fork()));
                    return self.reader.skip_unchecked();
                }
            }
        }
        self.reader.skip()
    }

    /// Returns the name of the expected property.
    fn name(&self) -> &'static str {
        self.taken.checked_sub(1).and_then(|index| self.properties.get(index)).map_or("", Property::name)
    }

    #[cold]
    fn within(&self, error: DecodeError) -> DecodeError {
        error.in_property(self.name())
    }

    #[cold]
    fn missing(&self) -> DecodeError {
        self.reader.error(format!("missing property `{}`", self.name()))
    }
}

/// A tuple of types that implement [`Decode`], for consecutive fields.
pub(crate) trait Take: Sized {
    /// Decodes the fields.
    ///
    /// # Errors
    /// If a field is missing or does not match its type.
    fn take(fields: &mut Fields<'_, '_>) -> Result<Self, DecodeError>;
}

/// Implements [`Take`] for a tuple and all shorter ones.
macro_rules! impl_take {
    () => {
        impl Take for () {
            fn take(_: &mut Fields<'_, '_>) -> Result<Self, DecodeError> {
                Ok(())
            }
        }
    };
    ($first:ident $($other:ident)*) => {
        impl<$first: Decode, $($other: Decode),*> Take for ($first, $($other,)*) {
            fn take(fields: &mut Fields<'_, '_>) -> Result<Self, DecodeError> {
                Ok((fields.next::<$first>()?, $(fields.next::<$other>()?,)*))
            }
        }

        impl_take!($($other)*);
    };
}

impl_take!(A B C D E F G H I J K L M N O P);

#[cfg(test)]
mod tests {
    use super::{Property, Reader};
    use crate::data::codec::Ends;

    #[test]
    fn an_object_becomes_a_tuple_of_its_fields() {
        let properties = &[Property::Always("name"), Property::Always("amount")];
        for json in [r#"{"name": "Basic", "note": null, "amount": 900}"#, r#"{"amount": 900, "name": "Basic"}"#] {
            let (name, amount): (String, i64) =
                Reader::new(json.as_bytes(), &Ends::default()).take(properties).expect("an object");
            assert_eq!((name.as_str(), amount), ("Basic", 900), "{json}");
        }
    }
}
