//! `GET /api/v1/files`

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::{Extension, Json};
use domain::access::Actor;
use domain::id::NodeId;
use serde::Deserialize;
use wire::error::ErrorCode;
use wire::files::FilePage;
use wire::limits::{DEFAULT_PAGE, MAX_PAGE};

use crate::http::problem::ApiError;
use crate::state::AppState;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    after: Option<String>,
    limit: Option<u32>,
}

pub async fn list(
    State(state): State<AppState>,
    Extension(actor): Extension<Actor>,
    window: Result<Query<Window>, QueryRejection>,
) -> Result<Json<FilePage>, ApiError> {
    let Query(window) = window?;
    let (after, limit) = window.checked()?;
    Ok(Json(state.services().files().page(actor, after, limit).await?))
}

impl Window {
    fn checked(self) -> Result<(Option<NodeId>, u32), ApiError> {
        let bad = |detail: String| ApiError::saying(ErrorCode::BadRequest, detail);
        let after = self.after.map(|id| id.parse()).transpose();
        let after =
            after.map_err(|_| bad("`after` is not an id: hand back the `next` of the page before.".to_owned()))?;
        let limit = self.limit.unwrap_or(DEFAULT_PAGE);
        if !(1..=MAX_PAGE).contains(&limit) {
            return Err(bad(format!("`limit` has to be between 1 and {MAX_PAGE}.")));
        }
        Ok((after, limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(after: Option<&str>, limit: Option<u32>) -> Result<(Option<NodeId>, u32), ErrorCode> {
        Window {
            after: after.map(str::to_owned),
            limit,
        }
        .checked()
        .map_err(|error| error.code())
    }

    #[test]
    fn a_window_has_sane_bounds() {
        assert_eq!(window(None, None), Ok((None, DEFAULT_PAGE)));
        assert_eq!(window(None, Some(MAX_PAGE)), Ok((None, MAX_PAGE)));
        for limit in [0, MAX_PAGE + 1, u32::MAX] {
            assert_eq!(window(None, Some(limit)), Err(ErrorCode::BadRequest), "{limit}");
        }
        for after in ["", "1", "../../x", "' OR 1=1 --"] {
            assert_eq!(window(Some(after), None), Err(ErrorCode::BadRequest), "{after}");
        }
    }
}
