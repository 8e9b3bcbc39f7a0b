//! What is asked of every request before its route is looked up.

use std::net::IpAddr;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, Request, StatusCode, header};

use super::error::ApiError;
use super::{Http, Side};

/// Headers that mean nothing if they stand twice.
const ONCE: [HeaderName; 6] = [
    header::AUTHORIZATION,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::HOST,
    header::TRANSFER_ENCODING,
];
const FORWARDED_FOR: &str = "x-forwarded-for";
/// Asked by what watches the process: without a token.
const HEALTH: &str = "/v1/health";

impl Http {
    /// Rate, repeated headers, token: the cheapest first.
    pub(super) fn guard(&self, side: Side, peer: IpAddr, request: &Request<Body>) -> Result<(), ApiError> {
        let headers = request.headers();
        let asking = if self.is_front(peer) { forwarded(headers).unwrap_or(peer) } else { peer };
        self.take_token(side, asking).map_err(|seconds| {
            let hint = "wait for as long as Retry-After says";
            let status = StatusCode::TOO_MANY_REQUESTS;
            ApiError::new(status, "rate", "too many requests of this peer", hint).retry_after(seconds).close()
        })?;
        if let Some(twice) = ONCE.iter().find(|name| headers.get_all(*name).iter().nth(1).is_some()) {
            let message = format!("the header {twice} stands twice");
            let hint = "send it once";
            return Err(ApiError::new(StatusCode::BAD_REQUEST, "repeated_header", message, hint).close());
        }
        if side == Side::Admin && request.uri().path() != HEALTH {
            let given = headers.get(header::AUTHORIZATION);
            if !given.is_some_and(|given| self.token.opens(given.as_bytes())) {
                let hint = "send Authorization: Bearer with the content of the token's file";
                let message = "the admin's token is missing or wrong";
                return Err(ApiError::new(StatusCode::UNAUTHORIZED, "token", message, hint).close());
            }
        }
        Ok(())
    }
}

/// Whom the front names: the last address of one header. What stands before it the client may have written.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let mut all = headers.get_all(FORWARDED_FOR).iter();
    let (Some(only), None) = (all.next(), all.next()) else { return None };
    only.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests
    use super::*;

    #[test]
    fn the_front_names_the_last_address_of_one_header() {
        let of = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(FORWARDED_FOR, value.parse().unwrap());
            }
            forwarded(&headers)
        };
        let address: IpAddr = "192.0.2.7".parse().unwrap();
        assert_eq!(of(&["192.0.2.7"]), Some(address));
        assert_eq!(of(&["203.0.113.1, 192.0.2.7"]), Some(address));
        assert_eq!(of(&["2001:db8::1"]), Some("2001:db8::1".parse().unwrap()));
        for refused in
            [&[][..], &[""], &["192.0.2.7,"], &["unknown"], &["192.0.2.7:80"], &["192.0.2.7", "192.0.2.7"]]
        {
            assert_eq!(of(refused), None, "{refused:?}");
        }
    }
}
