//! Objects: a table of their properties, and how fields are read by it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::decode::Decode;
use super::error::DecodeError;
use super::property::Property;
use super::reader::{Key, Reader};
use super::tag::Tag;

/// Reads an object into the fields of a type, one after another in the order of the type's table.
///
/// The API sends properties in the order of its document, and so are they in the table: the next property is nearly
/// always the one that is asked for, and its value is decoded right there. One that comes before its turn is passed
/// over, and read at its place when its turn comes. What the table does not have is passed over: the API may send
/// more than the document says. Of two properties of one name the first counts.
pub(crate) struct Fields<'r, 'de> {
    /// Before the object.
    whole: Reader<'de>,
    reader: &'r mut Reader<'de>,
    properties: &'static [Property],
    /// How many of the properties have had their turn.
    taken: usize,
    /// Where the values of properties are that came before their turn.
    early: Vec<(usize, Reader<'de>)>,
    /// Where the values of properties are that the table does not have, if they are kept.
    rest: Option<Vec<(Cow<'de, str>, Reader<'de>)>>,
    is_open: bool,
}

impl<'de> Reader<'de> {
    /// Enters an object whose properties are in a table.
    pub(crate) fn fields<'r>(&'r mut self, properties: &'static [Property]) -> Result<Fields<'r, 'de>, DecodeError> {
        let whole = self.fork();
        self.object()?;
        Ok(Fields { whole, reader: self, properties, taken: 0, early: Vec::new(), rest: None, is_open: true })
    }

    /// Reads an object into the values of its properties that are no constants: a tuple of up to 16.
    ///
    /// # Errors
    /// If there is no object, or one of the values is missing or is not of its type.
    pub(crate) fn take<T: Take>(&mut self, properties: &'static [Property]) -> Result<T, DecodeError> {
        let mut fields = self.fields(properties)?;
        let values = fields.take()?;
        fields.end()?;
        Ok(values)
    }

    /// Enters an object of which some properties are in a table; the others are for [`Fields::rest`].
    pub(crate) fn fields_and_rest<'r>(
        &'r mut self,
        properties: &'static [Property],
    ) -> Result<Fields<'r, 'de>, DecodeError> {
        Ok(Fields { rest: Some(Vec::new()), ..self.fields(properties)? })
    }
}

impl<'de> Fields<'_, 'de> {
    /// The values of the next fields: a tuple with one for each of them, of up to 16.
    pub(crate) fn take<T: Take>(&mut self) -> Result<T, DecodeError> {
        T::take(self)
    }

    /// The value of the next field.
    fn next<T: Decode>(&mut self) -> Result<T, DecodeError> {
        match self.seek()? {
            Some(reader) => T::decode(reader).map_err(|error| self.within(error)),
            None => T::absent().ok_or_else(|| self.missing()),
        }
    }

    /// The value of the next field, of a type that the property at `path` of the whole object tells.
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

    /// All properties that the table does not have; to be called after all fields were taken.
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

    /// Passes over what is left of the object.
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

    /// Goes to the value of the next property that is no constant; `None` if the object does not have it.
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
                Key::Other(key) => self.pass(key)?,
                Key::End => self.is_open = false,
            }
        }
        Ok(None)
    }

    /// Passes over a property whose turn it is not.
    fn pass(&mut self, key: Cow<'de, str>) -> Result<(), DecodeError> {
        match self.properties.iter().position(|property| property.name() == key) {
            Some(index) => match self.properties[index] {
                Property::Constant(name, value) => {
                    return self.reader.constant(&value).map_err(|error| error.in_property(name));
                }
                _ if index >= self.taken && self.early.iter().all(|(other, _)| *other != index) => {
                    self.early.push((index, self.reader.fork()));
                    return self.reader.leap();
                }
                _ => {}
            },
            None => {
                if let Some(rest) = &mut self.rest {
                    rest.push((key, self.reader.fork()));
                    return self.reader.leap();
                }
            }
        }
        self.reader.skip()
    }

    /// The name of the property whose turn it is.
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

/// The values of fields that follow one another: a tuple of types that implement [`Decode`].
pub(crate) trait Take: Sized {
    /// Reads the values.
    ///
    /// # Errors
    /// If one of them is not there, or is not of its type.
    fn take(fields: &mut Fields<'_, '_>) -> Result<Self, DecodeError>;
}

/// Implements [`Take`] for a tuple, and for all that are shorter.
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
