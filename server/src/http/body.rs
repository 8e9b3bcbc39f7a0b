//! Bodies: their type, their length, their time.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::timeout;

use super::error::ApiError;

/// Reads a JSON body of at most `allowed` bytes within a time. What is in it is not looked at.
pub(super) async fn read_json(
    request: Request<Body>,
    allowed: usize,
    within: Duration,
) -> Result<Vec<u8>, ApiError> {
    check_type(request.headers())?;
    let too_large = || {
        let message = format!("the body is longer than {allowed} bytes");
        ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message, "nothing longer is read").close()
    };
    let stated = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let stated = stated.and_then(|value| value.parse::<u64>().ok());
    if stated.is_some_and(|stated| stated > u64::try_from(allowed).unwrap_or(u64::MAX)) {
        return Err(too_large());
    }
    let body = Limited::new(request.into_body(), allowed).collect();
    let Ok(read) = timeout(within, body).await else {
        let message = format!("the body did not arrive within {} ms", within.as_millis());
        let hint = "send it faster, or look for what holds it up";
        return Err(ApiError::new(StatusCode::REQUEST_TIMEOUT, "slow", message, hint).close());
    };
    match read {
        Ok(body) => Ok(body.to_bytes().into()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(_) => {
            let hint = "send as many bytes as Content-Length says";
            let message = "the body ended early or is not framed as its headers say";
            Err(ApiError::new(StatusCode::BAD_REQUEST, "body", message, hint).close())
        }
    }
}

fn check_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let text = |name| headers.get(name).map(|value: &header::HeaderValue| value.to_str().unwrap_or("?"));
    let refused = |code, message: &str, hint| {
        Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, code, message, hint).close())
    };
    if !text(header::CONTENT_TYPE).is_some_and(is_json) {
        let hint = "send Content-Type: application/json";
        return refused("media_type", "the body is not said to be JSON", hint);
    }
    // An unpacked body has another length than was bounded.
    if text(header::CONTENT_ENCODING).is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
        return refused("encoding", "the body is encoded", "send it as it is");
    }
    Ok(())
}

/// `application/json`, with no parameter but `charset=utf-8`.
fn is_json(value: &str) -> bool {
    let mut parts = value.split(';').map(str::trim);
    parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"))
        && parts.all(|parameter| {
            ["charset=utf-8", "charset=\"utf-8\""].iter().any(|utf8| parameter.eq_ignore_ascii_case(utf8))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_is_json() {
        for json in ["application/json", "Application/JSON", "application/json; charset=UTF-8"] {
            assert!(is_json(json), "{json}");
        }
        for other in [
            "",
            "text/json",
            "application/jsonp",
            "application/json, text/html",
            "application/json; charset=utf-16",
        ] {
            assert!(!is_json(other), "{other}");
        }
    }
}
