// What test/node/ipc/peer.slow.test.ts talks to: Cap'n Proto's own implementation, serving the schema of peer-schema.ts.
#include <capnp/ez-rpc.h>
#include <kj/async-io.h>
#include "peer.capnp.h"

class PeerImpl final : public Peer::Server {
  kj::Maybe<Listener::Client> kept;
  kj::Own<kj::PromiseFulfiller<Listener::Client>> later;
  static uint32_t cancelled;

  struct CancelCounter {
    ~CancelCounter() { cancelled++; }
  };

  kj::Promise<void> echo(EchoContext context) override {
    context.getResults(capnp::MessageSize{1000, 10}).setValue(context.getParams().getValue());
    return kj::READY_NOW;
  }

  // All calls leave before the first is answered; the last goes to what an answer will hold.
  kj::Promise<void> tell(TellContext context) override {
    auto listener = context.getParams().getListener();
    auto calls = kj::heapArrayBuilder<kj::Promise<void>>(context.getParams().getTimes() + 1);
    for (uint32_t i = 0; i < context.getParams().getTimes(); i++) {
      auto request = listener.hearRequest();
      request.setNumber(i);
      calls.add(request.send().ignoreResult());
    }
    auto other = listener.otherRequest().send().getListener().hearRequest();
    other.setNumber(1000);
    calls.add(other.send().ignoreResult());
    return kj::joinPromises(calls.finish());
  }

  kj::Promise<void> child(ChildContext context) override {
    context.getResults().setPeer(kj::heap<PeerImpl>());
    return kj::READY_NOW;
  }

  kj::Promise<void> keep(KeepContext context) override {
    kept = context.getParams().getListener();
    return kj::READY_NOW;
  }

  kj::Promise<void> give(GiveContext context) override {
    KJ_IF_MAYBE(listener, kept) context.getResults().setListener(*listener);
    return kj::READY_NOW;
  }

  // A promise that "settle" keeps.
  kj::Promise<void> promise(PromiseContext context) override {
    auto pair = kj::newPromiseAndFulfiller<Listener::Client>();
    later = kj::mv(pair.fulfiller);
    context.getResults().setListener(kj::mv(pair.promise));
    return kj::READY_NOW;
  }

  kj::Promise<void> settle(SettleContext context) override {
    KJ_IF_MAYBE(listener, kept) later->fulfill(kj::cp(*listener));
    kept = nullptr;
    return kj::READY_NOW;
  }

  kj::Promise<void> hang(HangContext context) override {
    context.allowCancellation();
    return kj::Promise<void>(kj::NEVER_DONE).attach(kj::heap<CancelCounter>());
  }

  kj::Promise<void> cancellations(CancellationsContext context) override {
    context.getResults().setCount(cancelled);
    return kj::READY_NOW;
  }

  kj::Promise<void> fail(FailContext context) override {
    KJ_FAIL_REQUIRE("as it was asked to");
  }
};

uint32_t PeerImpl::cancelled = 0;

int main(int argc, char* argv[]) {
  capnp::EzRpcServer server(kj::heap<PeerImpl>(), kj::str("unix:", argv[1]));
  kj::NEVER_DONE.wait(server.getWaitScope());
}
