//! The HTML document around the pages, and the policy it is served with.

use leptos::context::{provide_context, use_context};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos::{IntoView, WasmSplitManifest};
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;
use texts::{Catalogue, Key, Language};

use crate::App;
use crate::bootstrap::{Bootstrap, ELEMENT};
use crate::context::{FrontEnd, PageContext};
use crate::installed;

/// The document of one request.
pub fn shell(page: &PageContext) -> impl IntoView + use<> {
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    set_policy(&nonce);
    let front = page.front.clone();
    provide_chunks(&front);

    let texts = Catalogue::embedded(page.language);
    let base = front.base.clone();
    let script = format!("{base}/{}", front.js);
    let module = format!("{base}/{}", front.wasm);
    // Compiling and taking over each have a turn, so that who clicks in between is heard.
    let start = format!(
        "import start, {{ hydrate }} from {script:?};\
         await start({{ module_or_path: {module:?} }});\
         await new Promise((go) => setTimeout(go));\
         hydrate();"
    );
    let has_front = !front.js.is_empty();

    view! {
        <!DOCTYPE html>
        <html lang=page.language.tag() data-theme=page.theme.as_str()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <meta name="description" content=texts.text(Key::AppTagline).to_owned() />
                <meta name="robots" content="noindex" />
                <link rel="icon" href="/icon.svg" type="image/svg+xml" />
                <link rel="icon" href="/favicon.ico" sizes="48x48" />
                <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
                {has_front
                    .then(|| {
                        view! {
                            <link
                                rel="preload"
                                href=format!("{base}/geist-latin.woff2")
                                r#as="font"
                                r#type="font/woff2"
                                crossorigin="anonymous"
                            />
                            <link rel="stylesheet" href=format!("{base}/{}", front.css) />
                            <link rel="modulepreload" href=script.clone() />
                            <link rel="preload" href=module.clone() r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
                            <script type="module" nonce=nonce.clone()>
                                {start}
                            </script>
                        }
                    })} {in_each_language(page)} {installed::head(page, nonce.clone())} <MetaTags />
            </head>
            <body>
                // Taking over starts at the first child: the app comes before all else.
                <App />
                <div hidden inner_html=front.sprite.clone()></div>
                <noscript>
                    <p class="no-script small muted">{texts.text(Key::AppNoScript).to_owned()}</p>
                </noscript>
                <div class="part-missing" role="alert">
                    <p>{texts.text(Key::StatePartMissing).to_owned()}</p>
                    <a class="btn line" href="" rel="external">
                        {texts.text(Key::FailureRetry).to_owned()}
                    </a>
                </div>
                <script type="application/json" id=ELEMENT inner_html=facts_json(page)></script>
            </body>
        </html>
    }
}

/// Where this page is in each language, and where the language is the visitor's own, for search
/// engines.
fn in_each_language(page: &PageContext) -> Option<impl IntoView + use<>> {
    let origin = page.canonical_origin.as_ref()?;
    let path = if page.path == "/" { "" } else { &page.path };
    let address = |language: Language| [origin, language.prefix(), path].concat();
    let alternates = Language::ALL
        .map(|language| view! { <link rel="alternate" hreflang=language.tag() href=address(language) /> })
        .collect_view();
    Some(view! {
        <link rel="canonical" href=address(page.language) />
        {alternates}
        <link rel="alternate" hreflang="x-default" href=[origin, page.path.as_str()].concat() />
    })
}

/// What the browser may load and run: our own files, and of scripts only those that carry the
/// number drawn for this one answer.
fn set_policy(nonce: &str) {
    let policy = format!(
        "default-src 'none'; \
         script-src 'nonce-{nonce}' 'strict-dynamic' 'self' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; \
         img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; \
         worker-src 'self' blob:; manifest-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), http::HeaderValue::from_str(&policy)) {
        response.insert_header(http::header::CONTENT_SECURITY_POLICY, value);
    }
}

/// Tells the renderer which chunk files a lazy page needs, so that it can name them in the head.
fn provide_chunks(front: &FrontEnd) {
    if let Some(loader) = &front.split_js {
        provide_context(WasmSplitManifest(ArcStoredValue::new((
            front.base.clone(),
            front.chunks.clone(),
            loader.clone(),
        ))));
    }
}

fn facts_json(page: &PageContext) -> String {
    let facts = Bootstrap {
        language: page.language.tag().to_owned(),
        in_address: !page.base.is_empty(),
        texts: Catalogue::embedded(page.language).to_lines(),
        theme: page.theme,
        audience: page.audience,
        let_in: page.let_in(),
        command_key: page.command_key.clone(),
        dev: cfg!(debug_assertions),
        zone: page.zone.to_text(),
        max_file_bytes: page.max_file_bytes,
        origin: page.origin.clone(),
    };
    // `<` could end the script element early.
    serde_json::to_string(&facts)
        .unwrap_or_default()
        .replace('<', "\\u003c")
}
