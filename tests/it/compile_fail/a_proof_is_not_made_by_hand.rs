fn main() {
    let _ = llpr_store::access::County(());
}
