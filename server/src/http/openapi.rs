//! The document of the API (`OpenAPI`), made from the table of routes and the types of `wire`.

use std::collections::BTreeMap;

use http::Method;
use utoipa::ToSchema;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn, PathsBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ComponentsBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{
    HttpMethod, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, PathItem, Ref, RefOr, Required, ResponseBuilder,
};
use wire::error::Problem;
use wire::files::FilePage;
use wire::health::HealthReport;
use wire::jobs::{JobPage, QueueList};

use super::problem::PROBLEM_JSON;
use super::table::{Route, table};

/// The words a row uses to describe itself.
pub trait Describe: Sized {
    /// A parameter. One in the path is needed, all others may be left out.
    fn takes(self, name: &str, place: ParameterIn, schema: Schema, about: &str) -> Self;
    /// A body of any bytes.
    fn brings_bytes(self, about: &str) -> Self;
    /// An answer in JSON.
    fn answers<T: ToSchema>(self, status: u16, about: &str) -> Self;
    fn answers_text(self, status: u16, about: &str) -> Self;
    fn answers_bytes(self, status: u16, about: &str) -> Self;
    fn answers_nothing(self, status: u16, about: &str) -> Self;
    /// An answer that is a problem.
    fn refuses(self, status: u16, about: &str) -> Self;
}

impl Describe for OperationBuilder {
    fn takes(self, name: &str, place: ParameterIn, schema: Schema, about: &str) -> Self {
        let required = if place == ParameterIn::Path {
            Required::True
        } else {
            Required::False
        };
        self.parameter(
            ParameterBuilder::new()
                .name(name)
                .parameter_in(place)
                .required(required)
                .description(Some(about))
                .schema(Some(schema)),
        )
    }

    fn brings_bytes(self, about: &str) -> Self {
        let content = ContentBuilder::new().schema(Some(bytes())).build();
        let body = RequestBodyBuilder::new()
            .description(Some(about))
            .required(Some(Required::True));
        self.request_body(Some(body.content("application/octet-stream", content).build()))
    }

    fn answers<T: ToSchema>(self, status: u16, about: &str) -> Self {
        self.response(
            status.to_string(),
            answer(about, "application/json", Ref::from_schema_name(T::name())),
        )
    }

    fn answers_text(self, status: u16, about: &str) -> Self {
        self.response(status.to_string(), answer(about, "text/plain", text()))
    }

    fn answers_bytes(self, status: u16, about: &str) -> Self {
        self.response(status.to_string(), answer(about, "*/*", bytes()))
    }

    fn answers_nothing(self, status: u16, about: &str) -> Self {
        self.response(status.to_string(), ResponseBuilder::new().description(about).build())
    }

    fn refuses(self, status: u16, about: &str) -> Self {
        self.response(
            status.to_string(),
            answer(about, PROBLEM_JSON, Ref::from_schema_name(Problem::name())),
        )
    }
}

fn answer(about: &str, media_type: &str, schema: impl Into<RefOr<Schema>>) -> utoipa::openapi::Response {
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new()
        .description(about)
        .content(media_type, content)
        .build()
}

pub fn text() -> Schema {
    Schema::Object(ObjectBuilder::new().schema_type(Type::String).build())
}

pub fn integer() -> Schema {
    Schema::Object(ObjectBuilder::new().schema_type(Type::Integer).build())
}

fn bytes() -> Schema {
    let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
    Schema::Object(
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(format))
            .build(),
    )
}

/// The document of everything programs may call.
pub fn document() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Dropcast")
        .version(crate::VERSION)
        .description(Some(
            "Errors are problems (RFC 9457) with a stable `code`; see docs/api.md.",
        ))
        .license(Some(
            LicenseBuilder::new()
                .name("AGPL-3.0-only")
                .identifier(Some("AGPL-3.0-only"))
                .build(),
        ));
    let mut schemas = Vec::new();
    gather::<FilePage>(&mut schemas);
    gather::<HealthReport>(&mut schemas);
    gather::<JobPage>(&mut schemas);
    gather::<QueueList>(&mut schemas);
    gather::<Problem>(&mut schemas);
    let components = ComponentsBuilder::new().schemas_from_iter(schemas).build();
    let mut addresses: BTreeMap<&str, PathItem> = BTreeMap::new();
    for (route, method) in table()
        .iter()
        .filter_map(|route| Some((route, method_of(&route.method)?)))
    {
        let Some(operation) = operation(route) else { continue };
        let item = PathItem::new(method, operation);
        match addresses.get_mut(route.template) {
            Some(there) => there.merge_operations(item),
            None => {
                addresses.insert(route.template, item);
            }
        }
    }
    let paths = addresses
        .into_iter()
        .fold(PathsBuilder::new(), |paths, (template, item)| {
            paths.path(template, item)
        });
    OpenApiBuilder::new()
        .info(info)
        .paths(paths)
        .components(Some(components))
        .build()
}

/// A type and everything it is made of.
fn gather<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

fn operation(route: &Route) -> Option<OperationBuilder> {
    let document = route.document?;
    let operation = OperationBuilder::new()
        .summary(Some(route.about))
        .operation_id(Some(operation_id(route)));
    Some(document(operation).refuses_anyway())
}

/// What any route may answer.
trait RefusesAnyway {
    fn refuses_anyway(self) -> Self;
}

impl RefusesAnyway for OperationBuilder {
    fn refuses_anyway(self) -> Self {
        self.refuses(403, "The caller may not do this.")
            .refuses(429, "Too many requests; `Retry-After` says how long to wait.")
            .response(
                "default",
                answer("Any other error.", PROBLEM_JSON, Ref::from_schema_name(Problem::name())),
            )
    }
}

/// `PUT /api/v1/files/{name}` becomes `put_api_v1_files_name`.
fn operation_id(route: &Route) -> String {
    let words = route
        .template
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let mut id = route.method.as_str().to_ascii_lowercase();
    for word in words {
        id.push('_');
        id.push_str(word);
    }
    // `/health` and `/health/` are two addresses.
    if route.template.ends_with('/') {
        id + "_root"
    } else {
        id
    }
}

fn method_of(method: &Method) -> Option<HttpMethod> {
    match method.as_str() {
        "GET" => Some(HttpMethod::Get),
        "PUT" => Some(HttpMethod::Put),
        "POST" => Some(HttpMethod::Post),
        "PATCH" => Some(HttpMethod::Patch),
        "DELETE" => Some(HttpMethod::Delete),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    fn as_json() -> Value {
        serde_json::to_value(document()).expect("the document is JSON")
    }

    #[test]
    fn each_documented_row_is_in_the_document_and_nothing_else() {
        let document = as_json();
        let rows: BTreeSet<(String, String)> = table()
            .iter()
            .filter(|route| route.document.is_some())
            .map(|route| (route.template.to_owned(), route.method.as_str().to_ascii_lowercase()))
            .collect();
        let mut found = BTreeSet::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            for method in item.as_object().expect("a path").keys() {
                found.insert((path.clone(), method.clone()));
            }
        }
        assert_eq!(rows, found);
    }

    #[test]
    fn each_reference_leads_somewhere() {
        fn references(value: &Value, found: &mut BTreeSet<String>) {
            match value {
                Value::Object(fields) => {
                    if let Some(Value::String(target)) = fields.get("$ref") {
                        found.insert(target.clone());
                    }
                    fields.values().for_each(|field| references(field, found));
                }
                Value::Array(items) => items.iter().for_each(|item| references(item, found)),
                _ => {}
            }
        }
        let document = as_json();
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(found.len() >= 4, "{found:?}");
        for target in found {
            let place = target.strip_prefix('#').expect("a reference into this document");
            assert!(document.pointer(place).is_some(), "{target}");
        }
    }

    #[test]
    fn path_parameters_are_described_and_ids_are_unique() {
        let mut ids = BTreeSet::new();
        for (path, item) in as_json()["paths"].as_object().expect("paths") {
            for operation in item.as_object().expect("a path").values() {
                assert!(ids.insert(operation["operationId"].to_string()), "{path}");
                let named: BTreeSet<&str> = operation["parameters"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter(|parameter| parameter["in"] == "path")
                    .filter_map(|parameter| parameter["name"].as_str())
                    .collect();
                let in_path: BTreeSet<&str> = path
                    .split('/')
                    .filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'))
                    .collect();
                assert_eq!(named, in_path, "{path}");
            }
        }
    }
}
