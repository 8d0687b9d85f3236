use leptos::prelude::*;
use ui::{Field, SearchField, Select, TextArea, Whole as _};

use super::{Case, Section};

pub fn section() -> AnyView {
    let name = RwSignal::new(String::from("Lofoten wedding"));
    let slug = RwSignal::new(String::from("first look"));
    let mistake = Signal::derive(move || {
        slug.with(|slug| slug.contains(' '))
            .then(|| "An address has no blanks. Write first-look.".to_owned())
    });
    let typed = RwSignal::new(String::new());
    let filled = RwSignal::new(String::from("aurora"));
    let quality = RwSignal::new(String::from("1080"));
    let options = || {
        [("auto", "Automatic"), ("1080", "1080p"), ("720", "720p")]
            .map(|(value, words)| (value.to_owned(), words.to_owned()))
            .to_vec()
    };
    view! {
        <Section id="fields" title="Fields">
            <Case name="Text">
                <Field id="field-name" label="Name" value=name hint="What others see." />
                <Field id="field-empty" label="Owner" placeholder="Studio North" optional="(optional)" />
            </Case>
            <Case name="Error">
                <Field
                    id="field-slug"
                    label="Address"
                    value=slug
                    required=true
                    prefix="/"
                    error=mistake
                    hint="Part of the link that you hand out."
                />
            </Case>
            <Case name="Before and after">
                <Field id="field-limit" label="Limit" kind="number" suffix="GB" value=RwSignal::new("100".to_owned()) />
                <Field id="field-host" label="Home page" kind="url" prefix="https://" />
            </Case>
            <Case name="Password">
                <Field
                    id="field-password"
                    label="Password"
                    reveal="Show the password"
                    autocomplete="current-password"
                    value=RwSignal::new("correct horse".to_owned())
                />
            </Case>
            <Case name="Disabled">
                <Field id="field-off" label="Name" value=name disabled=true />
                <Select id="select-off" label="Quality" value=quality options=options() disabled=true />
            </Case>
            <Case name="Select">
                <Select id="select-quality" label="Quality" value=quality options=options() hint="For new films." />
                <p class="muted" data-testid="quality-chosen">
                    {quality}
                </p>
            </Case>
            <Case name="Several lines">
                <TextArea
                    id="area-note"
                    label="Message"
                    value=RwSignal::new("Here are the pictures of Saturday.\nThe film follows when it is cut.".to_owned())
                    hint="Stands above the gallery."
                />
            </Case>
            <Case name="Search">
                <SearchField id="search-empty" label="Search names" value=typed clear="Clear the search" keys="/" />
                <SearchField id="search-filled" label="Search places" value=filled clear="Clear the search" />
            </Case>
        </Section>
    }
    .whole()
}
