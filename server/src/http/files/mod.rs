//! Files: list them, add one, get its content back.

use axum::routing::{get, put};
use domain::access::Access;
use http::Method;
use utoipa::openapi::path::{OperationBuilder, ParameterIn};
use wire::files::{FileEntry, FilePage};

use super::openapi::{Describe as _, integer, text};
use super::table::{Kind, RateClass, Route};

mod conditions;
mod content;
mod list;
mod upload;

pub fn rows() -> Vec<Route> {
    vec![
        Route {
            method: Method::GET,
            template: "/api/v1/files",
            access: Access::Member,
            rate: RateClass::Api,
            kind: Kind::Api,
            about: "Lists files, newest first.",
            handler: || get(list::list),
            document: Some(list_document),
        },
        Route {
            method: Method::PUT,
            template: "/api/v1/files/{name}",
            access: Access::Member,
            rate: RateClass::Upload,
            kind: Kind::Upload,
            about: "Adds a file; the body is its content, as `curl -T` sends it.",
            handler: || put(upload::upload),
            document: Some(upload_document),
        },
        Route {
            method: Method::GET,
            template: "/api/v1/files/{id}/content",
            access: Access::Member,
            rate: RateClass::Download,
            kind: Kind::Api,
            about: "Sends a file's content, whole or in part.",
            handler: || get(content::content),
            document: Some(content_document),
        },
    ]
}

fn list_document(operation: OperationBuilder) -> OperationBuilder {
    operation
        .takes("after", ParameterIn::Query, text(), "The `next` of the page before.")
        .takes(
            "limit",
            ParameterIn::Query,
            integer(),
            "Files on this page: 1 to 500, 100 if absent.",
        )
        .answers::<FilePage>(200, "A page of files.")
        .refuses(400, "`after` is not an id, or `limit` is out of range.")
}

fn upload_document(operation: OperationBuilder) -> OperationBuilder {
    operation
        .takes("name", ParameterIn::Path, text(), "The file's name, percent-encoded.")
        .brings_bytes("The content. Announce its length where it is known.")
        .answers::<FileEntry>(201, "The file is stored, durably.")
        .refuses(400, "The name cannot be used, or the body stopped early.")
        .refuses(408, "The body stood still for too long.")
        .refuses(413, "The file is larger than this installation takes.")
        .refuses(507, "Storage is full.")
}

fn content_document(operation: OperationBuilder) -> OperationBuilder {
    operation
        .takes("id", ParameterIn::Path, text(), "The file's id.")
        .takes(
            "download",
            ParameterIn::Query,
            text(),
            "If present, even what a browser could show is sent to be saved.",
        )
        .takes(
            "range",
            ParameterIn::Header,
            text(),
            "One range of bytes; several are answered with everything.",
        )
        .takes(
            "if-range",
            ParameterIn::Header,
            text(),
            "The ETag under which the range still makes sense.",
        )
        .takes(
            "if-none-match",
            ParameterIn::Header,
            text(),
            "ETags the client has already.",
        )
        .answers_bytes(200, "The content; its ETag is its SHA-256.")
        .answers_bytes(206, "The part asked for.")
        .answers_nothing(304, "The client has it already.")
        .refuses(404, "There is no such file.")
        .refuses(416, "The part asked for does not exist.")
}
