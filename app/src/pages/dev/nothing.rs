use leptos::prelude::*;
use ui::{Button, ButtonKind, Empty, ErrorState, IconName, Whole as _};

use super::{Case, Section};

pub fn section() -> AnyView {
    let busy = RwSignal::new(false);
    let reference = ("Reference".to_owned(), "01JD3S7Q-4F2A".to_owned());
    view! {
        <Section id="nothing" title="Empty and error">
            <Case name="Empty" wide=true>
                <Empty icon=IconName::Link title="No links yet" text="A link shows files to people without an account. Make one from any file or folder.">
                    <Button kind=ButtonKind::Primary icon=IconName::Link>
                        "Make a link"
                    </Button>
                </Empty>
            </Case>
            <Case name="Error" wide=true>
                <ErrorState
                    title="The list could not be loaded"
                    text="The server did not answer in time. Your files are safe; only this list is missing."
                    retry="Try again"
                    on_retry=move |()| busy.set(true)
                    busy
                    reference
                >
                    <Button>"System status"</Button>
                </ErrorState>
            </Case>
        </Section>
    }
    .whole()
}
