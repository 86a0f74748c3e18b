use llpr_server::enter::Authorised;
use llpr_store::Access;
use llpr_store::access::School;

fn forge(access: Access<School>) -> Authorised<(), School> {
    Authorised { request: (), access }
}

fn main() {}
