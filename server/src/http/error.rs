//! Errors, in their one shape.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use serde_json::json;

use crate::error::ReloadRefused;
use crate::service::Refusal;

/// An answer that is an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    hint: &'static str,
    retry_after: Option<u64>,
    /// The connection can't be used any more: something of the request was not read.
    close: bool,
}

impl ApiError {
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
        hint: &'static str,
    ) -> Self {
        ApiError { status, code, message: message.into(), hint, retry_after: None, close: false }
    }

    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        ApiError { retry_after: Some(seconds), ..self }
    }

    pub(crate) fn close(self) -> Self {
        ApiError { close: true, ..self }
    }

    pub(crate) fn no_route() -> Self {
        let hint = "GET /v1/openapi.json lists the routes";
        Self::new(StatusCode::NOT_FOUND, "route", "nothing is served here under this path", hint)
    }

    pub(crate) fn no_position() -> Self {
        let hint = "the venue says which name is yours";
        Self::new(StatusCode::NOT_FOUND, "position", Refusal::NoPosition.to_string(), hint)
    }

    pub(crate) fn stopping() -> Self {
        let hint = "send it again in a moment; a bundle may be sent twice";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "the service stops", hint).retry_after(5)
    }

    pub(crate) fn failed() -> Self {
        let hint = "the venue has to start it again; a bundle may be sent twice";
        let message = "the service failed and ends";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "failed", message, hint).retry_after(5)
    }

    fn unwritten(message: String) -> Self {
        let hint = "nothing changed; send it again once the state directory can be written";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "state", message, hint).retry_after(5)
    }

    pub(crate) fn answer(self) -> Response {
        let body = json!({ "error": { "code": self.code, "message": self.message, "hint": self.hint } });
        let mut response = json_answer(self.status, &body);
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.close {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// A JSON answer.
pub(super) fn json_answer(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(text) => typed(status, "application/json", text),
        // No answer of this crate is one that can't be written.
        Err(_) => typed(StatusCode::INTERNAL_SERVER_ERROR, "application/json", Vec::new()),
    }
}

/// An answer of a type.
pub(super) fn typed(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let refused =
            |code, hint| ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, refusal.to_string(), hint);
        match &refusal {
            Refusal::NoPosition => ApiError::no_position(),
            Refusal::Claim(_) => refused("claim", "claims only move forward: ask for the latest with GET"),
            Refusal::Evidence(_) => refused("evidence", "see spec/evidence.md for what is a contradiction"),
            Refusal::NotResolved(_) => refused("resolve", "ask for what is open with GET"),
            Refusal::Unwritten => ApiError::unwritten(refusal.to_string()),
        }
    }
}

impl From<ReloadRefused> for ApiError {
    fn from(refused: ReloadRefused) -> Self {
        let message = refused.to_string();
        match refused {
            ReloadRefused::Unwritten => ApiError::unwritten(message),
            ReloadRefused::Config { .. } | ReloadRefused::NeedsStart { .. } | ReloadRefused::Start(_) => {
                let hint = "nothing changed; spec/service.md says what a reload takes";
                ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "reload", message, hint)
            }
        }
    }
}
