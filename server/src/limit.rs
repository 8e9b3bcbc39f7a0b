//! Who asks how often: a bucket of tokens for each peer, and how many connections each has.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// A peer: an IPv4 address or an IPv6 /64, which one customer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Peer {
    V4(Ipv4Addr),
    V6([u16; 4]),
}

impl From<IpAddr> for Peer {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Peer::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Peer::V6([a, b, c, d])
            }
        }
    }
}

/// Thousandths of a token at a time in milliseconds.
#[derive(Clone, Copy)]
struct Bucket {
    tokens: u64,
    at: u64,
}

const TOKEN: u64 = 1_000;

/// One bucket for each peer that is remembered, and one for all others.
pub(crate) struct Buckets {
    /// Tokens a second, which are thousandths a millisecond.
    rate: u64,
    full: u64,
    most: usize,
    known: HashMap<Peer, Bucket>,
    others: Bucket,
    swept: u64,
}

impl Buckets {
    pub(crate) fn new(rate: u32, burst: u32, most: usize) -> Self {
        let full = u64::from(burst) * TOKEN;
        let others = Bucket { tokens: full, at: 0 };
        Buckets { rate: rate.into(), full, most, known: HashMap::new(), others, swept: 0 }
    }

    /// Takes a token at a time in milliseconds of any clock that does not go back.
    ///
    /// # Errors
    /// The seconds, rounded up, until there is one.
    pub(crate) fn take(&mut self, peer: Peer, now: u64) -> Result<(), u64> {
        let (rate, full) = (self.rate, self.full);
        self.make_room(peer, now);
        let bucket = if self.known.contains_key(&peer) || self.known.len() < self.most {
            self.known.entry(peer).or_insert(Bucket { tokens: full, at: now })
        } else {
            &mut self.others
        };
        bucket.fill(rate, full, now);
        match bucket.tokens.checked_sub(TOKEN) {
            Some(left) => {
                bucket.tokens = left;
                Ok(())
            }
            None => Err((TOKEN - bucket.tokens).div_ceil(rate * 1_000)),
        }
    }

    /// Forgets, at most once a second, whose bucket is full: nothing is lost with it.
    fn make_room(&mut self, peer: Peer, now: u64) {
        let crowded = self.known.len() >= self.most && !self.known.contains_key(&peer);
        if crowded && now >= self.swept.saturating_add(1_000) {
            let (rate, full) = (self.rate, self.full);
            self.swept = now;
            self.known.retain(|_, bucket| {
                bucket.fill(rate, full, now);
                bucket.tokens < full
            });
        }
    }
}

impl Bucket {
    fn fill(&mut self, rate: u64, full: u64, now: u64) {
        let more = now.saturating_sub(self.at).saturating_mul(rate);
        *self = Bucket { tokens: self.tokens.saturating_add(more).min(full), at: now.max(self.at) };
    }
}

/// How many connections each peer has.
#[derive(Clone, Default)]
pub(crate) struct Connections(Arc<Mutex<HashMap<Peer, usize>>>);

/// One of a peer's connections, until it is dropped.
pub(crate) struct Connection {
    of: Connections,
    peer: Peer,
}

impl Connections {
    /// Counts one more, unless the peer has as many as are allowed.
    pub(crate) fn enter(&self, peer: Peer, allowed: usize) -> Option<Connection> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(peer).or_insert(0);
        if *count >= allowed {
            return None;
        }
        *count += 1;
        Some(Connection { of: self.clone(), peer })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut counts = self.of.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.peer) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&self.peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(last: u8) -> Peer {
        Peer::V4(Ipv4Addr::new(192, 0, 2, last))
    }

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let mut buckets = Buckets::new(2, 3, 10);
        for _ in 0..3 {
            assert_eq!(buckets.take(peer(1), 0), Ok(()));
        }
        assert_eq!(buckets.take(peer(1), 0), Err(1));
        assert_eq!(buckets.take(peer(2), 0), Ok(()));
        assert_eq!(buckets.take(peer(1), 499), Err(1));
        assert_eq!(buckets.take(peer(1), 500), Ok(()));
        assert_eq!(buckets.take(peer(1), 500), Err(1));
        // Time that goes back gives nothing; a long pause gives no more than the burst.
        assert_eq!(buckets.take(peer(1), 0), Err(1));
        for _ in 0..3 {
            assert_eq!(buckets.take(peer(1), 1_000_000), Ok(()));
        }
        assert_eq!(buckets.take(peer(1), 1_000_000), Err(1));
    }

    #[test]
    fn peers_beyond_those_remembered_share_a_bucket_until_there_is_room() {
        let mut buckets = Buckets::new(1, 1, 2);
        assert_eq!(buckets.take(peer(1), 0), Ok(()));
        assert_eq!(buckets.take(peer(2), 0), Ok(()));
        assert_eq!(buckets.take(peer(3), 0), Ok(()));
        assert_eq!(buckets.take(peer(4), 0), Err(1));
        assert_eq!(buckets.known.len(), 2);
        // Buckets that are full again are forgotten.
        assert_eq!(buckets.take(peer(4), 1_000), Ok(()));
        assert_eq!(buckets.take(peer(4), 1_000), Err(1));
        assert_eq!(buckets.known.len(), 1);
    }

    #[test]
    fn a_customer_of_ipv6_is_one_peer_and_a_mapped_address_is_ipv4() {
        let of = |text: &str| Peer::from(text.parse::<IpAddr>().ok().unwrap_or([0, 0, 0, 0].into()));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), peer(1));
    }

    #[test]
    fn connections_are_counted_until_they_end() {
        let connections = Connections::default();
        let first = connections.enter(peer(1), 2);
        let second = connections.enter(peer(1), 2);
        assert!(first.is_some() && second.is_some());
        assert!(connections.enter(peer(1), 2).is_none());
        assert!(connections.enter(peer(2), 2).is_some());
        drop(first);
        let third = connections.enter(peer(1), 2);
        assert!(third.is_some());
        drop((second, third));
        assert!(connections.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty());
    }
}
