//! Bytes of an update, read from front to back: every length is checked before anything is kept.

use solvency_verifier::Bytes32;

use super::merkle::{Hash, MAX_NODES};
use crate::Problem;

const UPDATE_TYPE_WORMHOLE_MERKLE: u8 = 0;
const MESSAGE_TYPE_PRICE: u8 = 0;

/// What is left of some bytes.
pub(crate) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Bytes(bytes)
    }

    /// The next bytes.
    pub(crate) fn take(&mut self, what: &'static str, needed: usize) -> Result<&'a [u8], Problem> {
        let truncated = Problem::Truncated { what, needed, left: self.0.len() };
        let (taken, rest) = self.0.split_at_checked(needed).ok_or(truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    /// The next `N` bytes.
    pub(crate) fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], Problem> {
        let truncated = Problem::Truncated { what, needed: N, left: self.0.len() };
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(truncated)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(crate) fn u8(&mut self, what: &'static str) -> Result<u8, Problem> {
        self.array::<1>(what).map(|[byte]| byte)
    }

    pub(crate) fn u16(&mut self, what: &'static str) -> Result<u16, Problem> {
        self.array(what).map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self, what: &'static str) -> Result<u32, Problem> {
        self.array(what).map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self, what: &'static str) -> Result<u64, Problem> {
        self.array(what).map(u64::from_be_bytes)
    }

    pub(crate) fn i32(&mut self, what: &'static str) -> Result<i32, Problem> {
        self.array(what).map(i32::from_be_bytes)
    }

    pub(crate) fn i64(&mut self, what: &'static str) -> Result<i64, Problem> {
        self.array(what).map(i64::from_be_bytes)
    }

    /// A number that has to be this one.
    pub(crate) fn exactly(
        &mut self,
        what: &'static str,
        expected: u8,
        allowed: &'static str,
    ) -> Result<(), Problem> {
        let got = self.u8(what)?;
        if got == expected { Ok(()) } else { Err(Problem::Value { what, got: got.to_string(), allowed }) }
    }

    /// Four letters that have to be these.
    pub(crate) fn magic(&mut self, what: &'static str, magic: &'static str) -> Result<(), Problem> {
        let got = self.take(what, magic.len())?;
        if got == magic.as_bytes() {
            return Ok(());
        }
        Err(Problem::Value { what, got: format!("0x{}", hex::encode(got)), allowed: magic })
    }

    /// What is left.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// Refuses bytes that are left.
    pub(crate) fn end(&self, what: &'static str) -> Result<(), Problem> {
        if self.0.is_empty() { Ok(()) } else { Err(Problem::Trailing { what, left: self.0.len() }) }
    }
}

/// An update, taken apart; nothing in it is checked against a signature yet.
pub(crate) struct Update<'a> {
    pub(crate) vaa: &'a [u8],
    pub(crate) messages: Vec<Proven<'a>>,
}

/// A message and its path to the root.
pub(crate) struct Proven<'a> {
    pub(crate) message: &'a [u8],
    pub(crate) nodes: Vec<Hash>,
}

impl<'a> Update<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, Problem> {
        let mut bytes = Bytes::new(bytes);
        bytes.magic("the update's magic", "PNAU")?;
        bytes.exactly("the update's major version", 1, "1 is read")?;
        bytes.exactly(
            "the update's minor version",
            0,
            "0 is read: a later one may have what changes a price's meaning",
        )?;
        bytes.exactly("the length of the trailing header", 0, "no version has one")?;
        bytes.exactly("the update's type", UPDATE_TYPE_WORMHOLE_MERKLE, "0, Wormhole Merkle, is read")?;
        let length = bytes.u16("the VAA's length")?;
        let vaa = bytes.take("the VAA", usize::from(length))?;
        let number = bytes.u8("the number of messages")?;
        if number == 0 {
            return Err(Problem::TooMany { what: "messages", got: 0, allowed: usize::from(u8::MAX) });
        }
        let mut messages = Vec::new();
        for _ in 0..number {
            let length = bytes.u16("the message's length")?;
            let message = bytes.take("the message", usize::from(length))?;
            let depth = bytes.u8("the number of the proof's nodes")?;
            if usize::from(depth) > MAX_NODES {
                return Err(Problem::TooMany { what: "nodes", got: usize::from(depth), allowed: MAX_NODES });
            }
            let mut nodes = Vec::new();
            for _ in 0..depth {
                nodes.push(bytes.array("a node of the proof")?);
            }
            messages.push(Proven { message, nodes });
        }
        bytes.end("the update")?;
        Ok(Update { vaa, messages })
    }
}

/// A price feed's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) feed: Bytes32,
    pub(crate) price: i64,
    pub(crate) confidence: u64,
    pub(crate) exponent: i32,
    /// Unix seconds.
    pub(crate) publish_time: i64,
}

impl Message {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Problem> {
        let mut bytes = Bytes::new(bytes);
        bytes.exactly("the message's type", MESSAGE_TYPE_PRICE, "0, a price feed, is read")?;
        let message = Message {
            feed: Bytes32(bytes.array("the feed")?),
            price: bytes.i64("the price")?,
            confidence: bytes.u64("the confidence")?,
            exponent: bytes.i32("the exponent")?,
            publish_time: bytes.i64("the publish time")?,
        };
        bytes.i64("the previous publish time")?;
        bytes.i64("the EMA price")?;
        bytes.u64("the EMA confidence")?;
        bytes.end("the message")?;
        Ok(message)
    }
}
