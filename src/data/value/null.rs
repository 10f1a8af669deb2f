use crate::data::codec::{Decode, DecodeError, Encode, Reader, Writer};

/// The value `null`, where the API accepts nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Null;

impl Decode for Null {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if reader.null()? { Ok(Self) } else { Err(reader.error("expected null")) }
    }
}

impl Encode for Null {
    fn encode(&self, writer: &mut Writer) {
        writer.raw("null");
    }
}

impl_serde!(Null);
