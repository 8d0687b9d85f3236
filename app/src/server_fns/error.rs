//! The one error of all server functions: the same problem that the API answers with.

use std::fmt;

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use wire::error::{ErrorCode, Problem};

use crate::providers::connection;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UiError(pub Problem);

impl UiError {
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    pub fn internal() -> Self {
        Self(Problem::new(
            ErrorCode::Internal,
            "Internal error",
            "Something went wrong on our side.",
        ))
    }
}

impl fmt::Display for UiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.detail)
    }
}

impl std::error::Error for UiError {}

impl FromServerFnError for UiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let code = match error {
            ServerFnErrorErr::Request(_) => {
                connection::heard_nothing();
                ErrorCode::Unavailable
            }
            ServerFnErrorErr::Response(_) => ErrorCode::Unavailable,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                ErrorCode::BadRequest
            }
            _ => ErrorCode::Internal,
        };
        // The cause names inner parts; the code says all that a caller can act on.
        Self(Problem::new(
            code,
            code.as_str(),
            "The request could not be carried out.",
        ))
    }
}

#[cfg(feature = "ssr")]
impl From<service::ServiceError> for UiError {
    fn from(error: service::ServiceError) -> Self {
        let code = error.code();
        if let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>()
            && let Ok(status) = http::StatusCode::from_u16(code.status())
        {
            response.set_status(status);
        }
        Self(Problem::new(code, code.as_str(), error.to_string()))
    }
}
