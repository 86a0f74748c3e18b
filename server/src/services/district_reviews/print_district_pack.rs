//! Prints what a SIM takes to the briefing: the district's review and a page for each school.

use futures::{Stream, stream};
use llpr_domain::risk::words;
use llpr_paper::Printing;
use llpr_proto::v1::{PrintDistrictPackRequest, PrintDistrictPackResponse};
use llpr_store::access::District;

use crate::context::Cx;
use crate::enter::Authorised;
use crate::print;
use crate::problem::Problem;

/// Bytes in a message.
const CHUNK: usize = 64 * 1024;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<PrintDistrictPackRequest, District>,
) -> Result<impl Stream<Item = Result<PrintDistrictPackResponse, Problem>>, Problem> {
    let (request, access) = call.into_parts();
    let year = super::review_year("name", &request.name)?;
    let store = &cx.store;
    let review = store.district_review(&access, year).await?;
    let figures = store.review_figures(&access, Some(review.year)).await?;
    let mut schools = Vec::new();
    let mut after = None;
    loop {
        let page = store.pack_schools(&access, review.year, after).await?;
        schools.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let printing = Printing {
        reader: store.reader_name(&access).await?,
        at: cx.clock.now(),
        day: words::day(access.today()),
    };
    let file_name = format!(
        "risk-analysis-{}-{}.pdf",
        review.district,
        review.year.slug()
    );
    let pack = print::district_pack(printing, review, &figures, schools);
    // Setting type is work for a processor, and one document at a time is enough.
    let place = cx
        .printing
        .acquire()
        .await
        .map_err(|error| Problem::internal(&error))?;
    let printed = tokio::task::spawn_blocking(move || pack.pdf());
    let printed = printed.await.map_err(|error| Problem::internal(&error))?;
    drop(place);
    let printed = printed.map_err(|error| Problem::internal(&error))?;
    let mut messages: Vec<_> = printed
        .chunks(CHUNK)
        .map(|chunk| PrintDistrictPackResponse {
            content: chunk.to_vec(),
            ..PrintDistrictPackResponse::default()
        })
        .collect();
    // The first message alone says what comes.
    if let Some(first) = messages.first_mut() {
        first.file_name = file_name;
        first.size_bytes = i64::try_from(printed.len()).unwrap_or(i64::MAX);
    }
    Ok(stream::iter(messages.into_iter().map(Ok)))
}
