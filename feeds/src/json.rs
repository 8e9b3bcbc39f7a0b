//! Objects and lists of other people's JSON, field by field: no field twice, and numbers as the text that they are.
//!
//! Typed reading would take an array in place of an object, and make floating-point numbers of numbers.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::{FeedError, Problem};

/// Most fields of an object: several times the feeds of RedStone's gateway.
const MAX_FIELDS: usize = 8192;

/// A value and where it stands.
#[derive(Clone)]
pub(crate) struct Value<'a> {
    file: &'a str,
    place: String,
    raw: &'a str,
}

/// The fields of an object.
pub(crate) struct Object<'a> {
    pub(crate) at: Value<'a>,
    fields: BTreeMap<String, &'a RawValue>,
}

impl<'a> Value<'a> {
    /// A whole document.
    pub(crate) fn document(file: &'a str, text: &'a str) -> Result<Self, FeedError> {
        // Its end, and that it is JSON at all; what is read out of it needs no further check of syntax.
        let raw: &RawValue = serde_json::from_str(text)
            .map_err(|error| FeedError::new(file, "whole file", Problem::Json(error.to_string())))?;
        Ok(Value { file, place: String::new(), raw: raw.get() })
    }

    /// Name of the file.
    pub(crate) fn file(&self) -> &'a str {
        self.file
    }

    pub(crate) fn error(&self, problem: Problem) -> FeedError {
        let place = if self.place.is_empty() { "whole file" } else { &self.place };
        FeedError::new(self.file, place, problem)
    }

    fn json(&self, error: &serde_json::Error) -> FeedError {
        self.error(Problem::Json(error.to_string()))
    }

    pub(crate) fn is_object(&self) -> bool {
        self.raw.starts_with('{')
    }

    pub(crate) fn is_list(&self) -> bool {
        self.raw.starts_with('[')
    }

    pub(crate) fn is_text(&self) -> bool {
        self.raw.starts_with('"')
    }

    pub(crate) fn is_null(&self) -> bool {
        self.raw == "null"
    }

    /// The text of the value as it stands in the file.
    pub(crate) fn raw(&self) -> &'a str {
        self.raw
    }

    /// Its fields, none of them twice.
    pub(crate) fn object(&self) -> Result<Object<'a>, FeedError> {
        let mut reader = serde_json::Deserializer::from_str(self.raw);
        let outcome = reader.deserialize_map(Fields).map_err(|error| self.json(&error))?;
        let fields = outcome.map_err(|problem| self.error(problem))?;
        Ok(Object { at: self.clone(), fields })
    }

    /// Its entries, at least one and at most `allowed`.
    pub(crate) fn list(&self, what: &'static str, allowed: usize) -> Result<Vec<Value<'a>>, FeedError> {
        let mut reader = serde_json::Deserializer::from_str(self.raw);
        let entries = reader.deserialize_seq(Entries { allowed }).map_err(|error| self.json(&error))?;
        if entries.is_empty() || entries.len() > allowed {
            return Err(self.error(Problem::TooMany { what, got: entries.len(), allowed }));
        }
        let place = |index: usize| format!("{}[{index}]", self.place);
        let value = |(index, raw): (usize, &'a RawValue)| Value {
            file: self.file,
            place: place(index),
            raw: raw.get(),
        };
        Ok(entries.into_iter().enumerate().map(value).collect())
    }

    /// A text.
    pub(crate) fn text(&self) -> Result<String, FeedError> {
        serde_json::from_str(self.raw).map_err(|error| self.json(&error))
    }

    /// An integer of 64 bits that is not negative.
    pub(crate) fn integer(&self) -> Result<u64, FeedError> {
        serde_json::from_str(self.raw).map_err(|error| self.json(&error))
    }
}

impl<'a> Object<'a> {
    /// A field, where it is there.
    pub(crate) fn optional(&self, name: &str) -> Option<Value<'a>> {
        let raw = self.fields.get(name)?;
        Some(Value { file: self.at.file, place: self.place(name), raw: raw.get() })
    }

    /// A field that has to be there.
    pub(crate) fn field(&self, name: &str) -> Result<Value<'a>, FeedError> {
        self.optional(name).ok_or_else(|| FeedError::new(self.at.file, self.place(name), Problem::Field))
    }

    /// All fields, by name.
    pub(crate) fn values(&self) -> impl Iterator<Item = Value<'a>> {
        self.fields.iter().map(|(name, raw)| Value {
            file: self.at.file,
            place: self.place(name),
            raw: raw.get(),
        })
    }

    fn place(&self, name: &str) -> String {
        if self.at.place.is_empty() { name.into() } else { format!("{}.{name}", self.at.place) }
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Result<BTreeMap<String, &'de RawValue>, Problem>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = BTreeMap::new();
        let mut problem = None;
        while let Some((name, raw)) = map.next_entry::<String, &'de RawValue>()? {
            if fields.len() >= MAX_FIELDS {
                let (what, got, allowed) = ("fields", MAX_FIELDS + 1, MAX_FIELDS);
                problem.get_or_insert(Problem::TooMany { what, got, allowed });
                continue;
            }
            match fields.entry(name) {
                Entry::Vacant(free) => {
                    free.insert(raw);
                }
                Entry::Occupied(taken) => {
                    let name = taken.key().clone();
                    problem.get_or_insert(Problem::Repeated { what: "field", name });
                }
            }
        }
        Ok(problem.map_or(Ok(fields), Err))
    }
}

/// Entries up to one more than allowed; the others are passed over.
struct Entries {
    allowed: usize,
}

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(raw) = list.next_element::<&'de RawValue>()? {
            if entries.len() <= self.allowed {
                entries.push(raw);
            }
        }
        Ok(entries)
    }
}
