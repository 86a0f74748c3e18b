use llpr_store::access::County;
use llpr_store::{Access, Store};

async fn peek(store: &Store, access: &Access<County>) {
    let _ = store.school(access).await;
}

fn main() {}
