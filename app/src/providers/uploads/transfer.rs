//! One upload over `XMLHttpRequest`: the one way in which browsers report how much has been sent.

use std::cell::RefCell;
use std::collections::HashMap;

use gloo_file::File;
use wasm_bindgen::prelude::*;
use web_sys::{ProgressEvent, XmlHttpRequest};
use wire::error::{ErrorCode, Problem};
use wire::files::FileEntry;

use super::rate::Rate;
use super::{Failure, Transfer, Uploads};

struct Handle {
    file: File,
    request: Option<XmlHttpRequest>,
}

thread_local! {
    static HANDLES: RefCell<HashMap<u32, Handle>> = RefCell::new(HashMap::new());
}

/// Keeps the file until it has arrived or is taken off the list.
pub fn keep(id: u32, file: File) {
    HANDLES.with_borrow_mut(|handles| handles.insert(id, Handle { file, request: None }));
}

/// Lets go of the file, and stops its request when one is running.
pub fn forget(id: u32) {
    let handle = HANDLES.with_borrow_mut(|handles| handles.remove(&id));
    if let Some(request) = handle.and_then(|handle| handle.request) {
        // A finished request ignores this.
        let _ = request.abort();
    }
}

/// Starts sending. The outcome reaches `uploads`, whatever happens.
pub fn send(transfer: &Transfer, uploads: Uploads) {
    if try_send(transfer, uploads).is_err() {
        uploads.finished(transfer.id, Err(Failure::ConnectionLost));
    }
}

fn try_send(transfer: &Transfer, uploads: Uploads) -> Result<(), JsValue> {
    let id = transfer.id;
    let request = XmlHttpRequest::new()?;
    let name = js_sys::encode_uri_component(&transfer.name);
    request.open_with_async("PUT", &format!("/api/v1/files/{name}"), true)?;
    request.set_request_header("content-type", "application/octet-stream")?;
    request.set_request_header("accept", "application/json")?;

    let mut rate = Rate::starting_at(now());
    let on_progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count of bytes"
        )]
        let sent = event.loaded() as u64;
        uploads.progressed(id, sent, rate.at(now(), sent));
    });
    request
        .upload()?
        .set_onprogress(Some(on_progress.into_js_value().unchecked_ref()));

    let answered = request.clone();
    let on_load = Closure::<dyn FnMut()>::new(move || uploads.finished(id, outcome(&answered)));
    request.set_onload(Some(on_load.into_js_value().unchecked_ref()));
    let on_error = Closure::<dyn FnMut()>::new(move || uploads.finished(id, Err(Failure::ConnectionLost)));
    request.set_onerror(Some(on_error.into_js_value().unchecked_ref()));

    HANDLES.with_borrow_mut(|handles| {
        let handle = handles.get_mut(&id).ok_or(JsValue::UNDEFINED)?;
        handle.request = Some(request.clone());
        request.send_with_opt_blob(Some(handle.file.as_ref()))
    })
}

fn outcome(request: &XmlHttpRequest) -> Result<FileEntry, Failure> {
    let text = request.response_text().ok().flatten().unwrap_or_default();
    if request.status() == Ok(201) {
        return serde_json::from_str(&text).map_err(|_| Failure::Refused {
            code: ErrorCode::Internal,
            retry_after: None,
        });
    }
    let code = serde_json::from_str::<Problem>(&text).map_or(ErrorCode::Internal, |problem| problem.code);
    let retry_after = request
        .get_response_header("retry-after")
        .ok()
        .flatten()
        .and_then(|value| value.parse().ok());
    Err(Failure::Refused { code, retry_after })
}

fn now() -> f64 {
    js_sys::Date::now()
}
