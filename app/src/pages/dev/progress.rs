use leptos::prelude::*;
use ui::{Meter, Progress, ProgressState, Whole as _};

use super::{Case, Section};

pub fn section() -> AnyView {
    view! {
        <Section id="progress" title="Progress">
            <Case name="Moving">
                <div class="specimen-column">
                    <Progress label="Ceremony, camera A.mkv" percent=62_u8 done="7.9 of 12.8 GB" left="84 MB/s · 58 s left" />
                </div>
            </Case>
            <Case name="Nobody knows how much">
                <div class="specimen-column">
                    <Progress label="Reading the folder" percent=None done="1,308 files so far" />
                </div>
            </Case>
            <Case name="Paused">
                <div class="specimen-column">
                    <Progress
                        label="Drone, raw selects.zip"
                        percent=31_u8
                        state=ProgressState::Paused
                        done="1.2 of 3.9 GB"
                        left="Paused by you"
                    />
                </div>
            </Case>
            <Case name="Failed">
                <div class="specimen-column">
                    <Progress
                        label="DSC_4540.ARW"
                        percent=88_u8
                        state=ProgressState::Failed
                        done="Connection lost at 88 %, resumes from there"
                    />
                </div>
            </Case>
            <Case name="Done">
                <div class="specimen-column">
                    <Progress label="Contract, signed.pdf" percent=100_u8 state=ProgressState::Done done="284 kB" left="Just now" />
                </div>
            </Case>
            <Case name="Meter alone">
                <div class="specimen-column">
                    <Meter percent=61.4 label="Storage" />
                </div>
            </Case>
        </Section>
    }
    .whole()
}
