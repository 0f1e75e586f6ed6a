------------------------------ MODULE Lifecycle ------------------------------
(***************************************************************************)
(* The life of one virtual token. Requests read what is stored, decide,    *)
(* and later write all of it or nothing, on the condition that the items   *)
(* are still in the version that was read. Any number of steps of others   *)
(* may come between. docs/model/README.md says what is left out.           *)
(*                                                                         *)
(* Executions of the workflow are hints: they call Expire and Apply, which *)
(* any request here may do at any time, twice, or never. There is no clock *)
(* either: any request may find at any moment that time has run out, and   *)
(* another may find that it has not.                                       *)
(***************************************************************************)
EXTENDS Naturals, Sequences

CONSTANTS
  Held,       \* changes that wait for an authorization: releases and unblocks
  Blocks,     \* changes that take effect at once
  Policies,   \* of those HOLDER, REQUESTER, OTHER_ADMINISTRATOR and BANK, the ones under which a change is held
  Persons,    \* those who request held changes
  Requests,   \* what runs at the same time
  Reconciler, \* the request that never gives up
  Elsewhere,  \* suspensions for changes of other tokens: a set of names
  WrongCodes, \* distinct wrong codes that reject a change
  Off,        \* guards taken away, to show that the properties below need them
  None, Unread

VARIABLES
  token,    \* its state, the state before a block, whether a phone is bound, and the pending change
  change,   \* of each held change: its status, and what it was asked for
  blocked,  \* the blocks that were applied
  seed,     \* whether there is a sealed seed
  code,     \* whether there is a good activation code
  standing, \* of each person: None, REMOVED by the bank, or what suspended them
  record,   \* the token's events
  read,     \* what each request has read and not yet used
  shown,    \* history: the changes that some answer has shown as EXPIRED
  lawful,   \* history: the changes authorized by one who might, as things stood at the write
  overruled \* history: the changes that a block ended

Stored == <<token, change, blocked, seed, code, standing, record>>
vars == <<Stored, read, shown, lawful, overruled>>

Guarded(guard) == guard \notin Off

Nothing == [token |-> Unread, change |-> Unread, standing |-> Unread]
NoChange == [status |-> None, action |-> None, policy |-> None, by |-> None, wrong |-> 0, cause |-> None]

InitIn(status) ==
  /\ token = [status |-> status, before |-> None, phone |-> FALSE, pending |-> None]
  /\ change = [c \in Held |-> NoChange]
  /\ blocked = {} /\ shown = {} /\ lawful = {} /\ overruled = {}
  /\ seed = FALSE /\ code = FALSE
  /\ standing = [p \in Persons |-> None]
  /\ record = <<<<"TOKEN_CREATED", status>>>>
  /\ read = [r \in Requests |-> Nothing]

Init == InitIn("PENDING_ENROLLMENT")

-----------------------------------------------------------------------------
(* Reading and writing *)

IsSuspended(state) == state \notin {None, "REMOVED"}

ReadToken(r) ==
  /\ read' = [read EXCEPT ![r].token = token]
  /\ UNCHANGED <<Stored, shown, lawful, overruled>>

ReadChanges(r) ==
  /\ read' = [read EXCEPT ![r].change = change, ![r].standing = standing]
  /\ UNCHANGED <<Stored, shown, lawful, overruled>>

HasRead(r) == read[r].token # Unread /\ read[r].change # Unread

(* What others have read of these items is old: their conditions fail, and they read again. *)
Outdated(q, writesToken, writesChange) ==
  [read[q] EXCEPT !.token = IF writesToken /\ Guarded("TOKEN_VERSION") THEN Unread ELSE @,
                  !.change = IF writesChange /\ Guarded("CHANGE_VERSION") THEN Unread ELSE @]

(* One transaction: every write of the token appends to the record, and nothing else does. *)
Write(r, newToken, newChange, events) ==
  /\ token' = newToken
  /\ change' = newChange
  /\ record' = IF Guarded("EVENTS") THEN record \o events ELSE record
  /\ read' = [q \in Requests |-> IF q = r THEN Nothing ELSE Outdated(q, events # <<>>, newChange # read[r].change)]

-----------------------------------------------------------------------------
(* A change is requested *)

Offered(status) ==
  CASE status = "ACTIVE" -> {"RELEASE", "BLOCK"}
    [] status = "BLOCKED" -> {"RELEASE", "UNBLOCK"}
    [] status \in {"PENDING_ENROLLMENT", "RELEASED"} -> {"BLOCK"}
    [] OTHER -> {}

(* Of a closed change only this is ever asked again. *)
Closed(c, changes, status, cause) ==
  [changes EXCEPT ![c] = [@ EXCEPT !.status = status, !.cause = cause, !.action = None, !.wrong = 0]]

(* The bank's staff propose a rescue; everybody else must be allowed to ask. *)
MayAsk(c, changes, state) == IF changes[c].policy = "BANK" THEN TRUE ELSE state[changes[c].by] = None

RequestHold(r) ==
  \E c \in Held, action \in {"RELEASE", "UNBLOCK"}, policy \in Policies, p \in Persons :
    LET t == read[r].token
        asked == [NoChange EXCEPT !.status = "PENDING_AUTHORIZATION", !.action = action, !.policy = policy,
                                  !.by = IF policy = "BANK" THEN None ELSE p]
        changes == [read[r].change EXCEPT ![c] = asked]
        late == t.pending
        ends == late # None
    IN /\ HasRead(r)
       /\ read[r].change[c].status = None
       \* A pending change refuses another, unless its time is over: then this transaction ends it.
       /\ IF ends /\ Guarded("ONE_PENDING") THEN read[r].change[late].status = "PENDING_AUTHORIZATION" ELSE TRUE
       /\ action \in Offered(t.status)
       /\ policy = "HOLDER" => t.status = "ACTIVE"
       /\ ~Guarded("REQUESTER") \/ MayAsk(c, changes, standing)
       /\ Write(r, [t EXCEPT !.pending = c],
            IF ends /\ Guarded("ONE_PENDING") THEN Closed(late, changes, "EXPIRED", "EXPIRED") ELSE changes,
            (IF ends /\ Guarded("ONE_PENDING") THEN <<<<"CHANGE_EXPIRED", late>>>> ELSE <<>>)
              \o <<<<"CHANGE_REQUESTED", c, action, policy, asked.by>>>>)
       /\ UNCHANGED <<blocked, seed, code, standing, shown, lawful, overruled>>

(* A block supersedes what is pending, or ends it as expired, but leaves a rescue as it is. *)
Block(r) ==
  \E b \in Blocks \ blocked, over \in BOOLEAN :
    LET t == read[r].token
        pending == t.pending
        expires == pending # None /\ over /\ read[r].change[pending].status = "PENDING_AUTHORIZATION"
        rescue == pending # None /\ read[r].change[pending].policy = "BANK" /\ Guarded("RESCUE_STAYS")
        ends == pending # None /\ Guarded("SUPERSEDE") /\ (expires \/ ~rescue)
        how == IF expires THEN "EXPIRED" ELSE "SUPERSEDED"
    IN /\ HasRead(r)
       /\ "BLOCK" \in Offered(t.status) \/ (pending # None /\ ~expires)
       /\ Write(r, [t EXCEPT !.status = "BLOCKED",
                             !.before = IF t.status = "BLOCKED" THEN @ ELSE t.status,
                             !.pending = IF ends THEN None ELSE @],
            IF ends THEN Closed(pending, read[r].change, how, how) ELSE read[r].change,
            (IF ends THEN <<<<"CHANGE_" \o how, pending>>>> ELSE <<>>)
              \o <<<<"CHANGE_APPLIED", b, "BLOCK", t.status, "BLOCKED">>>>)
       /\ blocked' = blocked \cup {b}
       /\ code' = FALSE
       /\ overruled' = IF pending = None \/ rescue THEN overruled ELSE overruled \cup {pending}
       /\ UNCHANGED <<seed, standing, shown, lawful>>

-----------------------------------------------------------------------------
(* A held change is decided, or closed without effect *)

IsHeld(r, c) == HasRead(r) /\ read[r].change[c].status = "PENDING_AUTHORIZATION"

(* Decisions need that the token still names the change. *)
IsNamed(r, c) == read[r].token.pending = c

Close(r, c, status, cause) ==
  Write(r, [read[r].token EXCEPT !.pending = None], Closed(c, read[r].change, status, cause),
        <<<<"CHANGE_" \o status, c, cause>>>>)

WaitsForPhone(r, c) == IsHeld(r, c) /\ IsNamed(r, c) /\ read[r].change[c].policy # "BANK"

(* The requester may ask as they were read, and as they are at the write. *)
MayStillAsk(r, c) == MayAsk(c, read[r].change, read[r].standing) /\ MayAsk(c, read[r].change, standing)
WasSuspended(r, c) == IsSuspended(read[r].standing[read[r].change[c].by])

(* The holder's phone proves something only while the token is active with it. *)
PhoneIsGood(r, c, t) == read[r].change[c].policy = "HOLDER" => (t.status = "ACTIVE" /\ t.phone)

Authorize(r, c, isLawful) ==
  /\ Write(r, read[r].token, [read[r].change EXCEPT ![c].status = "AUTHORIZED", ![c].wrong = 0],
           <<<<"CHANGE_AUTHORIZED", c, read[r].change[c].policy>>>>)
  /\ lawful' = IF isLawful THEN lawful \cup {c} ELSE lawful

(* Nothing is approved for somebody who may not ask any more. *)
Approve(r, c) ==
  \E right \in BOOLEAN :
    /\ WaitsForPhone(r, c)
    /\ right \/ ~Guarded("BINDING_CODE")
    /\ ~Guarded("REQUESTER") \/ MayStillAsk(r, c)
    /\ PhoneIsGood(r, c, read[r].token)
    /\ Authorize(r, c, right /\ MayAsk(c, read[r].change, standing) /\ PhoneIsGood(r, c, token))
    /\ UNCHANGED <<blocked, seed, code, standing, shown, overruled>>

TypeWrongCode(r, c) ==
  /\ WaitsForPhone(r, c)
  /\ read[r].change[c].wrong < WrongCodes
  /\ MayStillAsk(r, c)
  /\ LET counted == [read[r].change EXCEPT ![c].wrong = @ + 1]
     IN IF counted[c].wrong = WrongCodes /\ Guarded("WRONG_CODES")
        THEN Write(r, [read[r].token EXCEPT !.pending = None], Closed(c, counted, "REJECTED", "WRONG_CODES"),
                   <<<<"CHANGE_REJECTED", c, "WRONG_CODES">>>>)
        ELSE Write(r, token, counted, <<>>)
  /\ UNCHANGED <<blocked, seed, code, standing, shown, lawful, overruled>>

Reject(r, c) ==
  /\ WaitsForPhone(r, c)
  /\ ~WasSuspended(r, c) /\ ~IsSuspended(standing[read[r].change[c].by])
  /\ PhoneIsGood(r, c, read[r].token)
  /\ Close(r, c, "REJECTED", "REJECTED")
  /\ UNCHANGED <<blocked, seed, code, standing, shown, lawful, overruled>>

(* "It wasn't me": of a held change, or of one that the same phone has rejected without saying so. *)
Disown(r, c) ==
  /\ HasRead(r) /\ read[r].change[c].policy # "BANK"
  /\ \/ WaitsForPhone(r, c) /\ ~WasSuspended(r, c)
     \/ read[r].change[c].cause = "REJECTED"
  /\ PhoneIsGood(r, c, read[r].token)
  /\ Write(r, [read[r].token EXCEPT !.pending = IF @ = c THEN None ELSE @],
           Closed(c, read[r].change, "REJECTED", "NOT_ME"), <<<<"CHANGE_REJECTED", c, "NOT_ME">>>>)
  /\ standing' = [standing EXCEPT ![read[r].change[c].by] = c]
  /\ UNCHANGED <<blocked, seed, code, shown, lawful, overruled>>

(* Whatever a suspended or removed requester left behind: closed by a decision that meets it, or by the reconciler. *)
CloseForRequester(r, c) ==
  /\ WaitsForPhone(r, c)
  /\ \/ ~MayAsk(c, read[r].change, read[r].standing) /\ Close(r, c, "CANCELLED", "REQUESTER_REMOVED")
     \/ WasSuspended(r, c) /\ Close(r, c, "REJECTED", "DISOWNED")
  /\ UNCHANGED <<blocked, seed, code, standing, shown, lawful, overruled>>

Cancel(r, c) ==
  /\ IsHeld(r, c)
  /\ Guarded("RESCUE_STAYS") => read[r].change[c].policy # "BANK"
  /\ Close(r, c, "CANCELLED", "CANCELLED")
  /\ UNCHANGED <<blocked, seed, code, standing, shown, lawful, overruled>>

(* The bank's second person. *)
Confirm(r, c) ==
  \E another \in BOOLEAN :
    /\ IsHeld(r, c) /\ IsNamed(r, c) /\ read[r].change[c].policy = "BANK"
    /\ another \/ ~Guarded("SECOND_PERSON")
    /\ Authorize(r, c, another)
    /\ UNCHANGED <<blocked, seed, code, standing, shown, overruled>>

Expire(r, c) ==
  /\ IsHeld(r, c)
  /\ Write(r, [read[r].token EXCEPT !.pending = None], Closed(c, read[r].change, "EXPIRED", "EXPIRED"),
           <<<<"CHANGE_EXPIRED", c>>>>)
  /\ UNCHANGED <<blocked, seed, code, standing, shown, lawful, overruled>>

(* The fence: nobody is shown EXPIRED, in words or by a refusal that means it, before it is written. *)
ShowExpired(r, c) ==
  /\ read[r].change # Unread
  /\ \/ read[r].change[c].status = "EXPIRED"
     \/ read[r].change[c].status = "PENDING_AUTHORIZATION" /\ ~Guarded("FENCE")
  /\ shown' = shown \cup {c}
  /\ UNCHANGED <<Stored, read, lawful, overruled>>

-----------------------------------------------------------------------------
(* What was authorized takes effect *)

Apply(r, c) ==
  LET t == read[r].token
      releases == read[r].change[c].action = "RELEASE"
      to == IF releases THEN "RELEASED" ELSE t.before
  IN /\ HasRead(r) /\ IsNamed(r, c)
     /\ read[r].change[c].status = "AUTHORIZED" \/ (IsHeld(r, c) /\ ~Guarded("AUTHORIZED"))
     /\ Write(r, [status |-> to, before |-> None, phone |-> t.phone /\ ~releases, pending |-> None],
              Closed(c, read[r].change, "APPLIED", "APPROVED"),
              <<<<"CHANGE_APPLIED", c, read[r].change[c].action, t.status, to>>
                \o (IF releases THEN <<seed>> ELSE <<>>)>>)
     /\ seed' = (seed /\ ~(releases /\ Guarded("SEED_DESTROYED")))
     /\ code' = (code /\ ~releases)
     /\ UNCHANGED <<blocked, standing, shown, lawful, overruled>>

-----------------------------------------------------------------------------
(* Enrolment, and what the bank does *)

CanEnrol(r) == HasRead(r) /\ read[r].token.status \in {"PENDING_ENROLLMENT", "RELEASED"}

CreateCode(r) ==
  /\ CanEnrol(r)
  /\ code' = TRUE
  /\ Write(r, read[r].token, read[r].change, <<<<"ACTIVATION_CODE_CREATED">>>>)
  /\ UNCHANGED <<blocked, seed, standing, shown, lawful, overruled>>

Enrol(r) ==
  /\ CanEnrol(r) /\ code
  /\ code' = FALSE /\ seed' = TRUE
  /\ Write(r, [read[r].token EXCEPT !.status = "ACTIVE", !.phone = TRUE], read[r].change,
           <<<<"TOKEN_ENROLLED", read[r].token.status, "ACTIVE">>>>)
  /\ UNCHANGED <<blocked, standing, shown, lawful, overruled>>

(* The bank ends a suspension in the record of the token whose change was disowned. *)
ClearSuspension(r) ==
  \E p \in Persons :
    /\ HasRead(r) /\ standing[p] \in Held
    /\ standing' = [standing EXCEPT ![p] = None]
    /\ Write(r, read[r].token, read[r].change, <<<<"SUSPENSION_CLEARED", p, standing[p]>>>>)
    /\ UNCHANGED <<blocked, seed, code, shown, lawful, overruled>>

(* Removed, taken back, suspended for another token's change, or not any more; and a code's life ends. *)
Meanwhile ==
  /\ \/ \E p \in Persons, state \in {None, "REMOVED"} \cup Elsewhere :
          standing' = [standing EXCEPT ![p] = state] /\ code' = code
     \/ standing' = standing /\ code' = FALSE
  /\ UNCHANGED <<token, change, blocked, seed, record, read, shown, lawful, overruled>>

Next ==
  \/ Meanwhile
  \/ \E r \in Requests :
       \/ ReadToken(r) \/ ReadChanges(r)
       \/ RequestHold(r) \/ Block(r) \/ CreateCode(r) \/ Enrol(r) \/ ClearSuspension(r)
       \/ \E c \in Held :
            \/ Approve(r, c) \/ TypeWrongCode(r, c) \/ Reject(r, c) \/ Disown(r, c) \/ CloseForRequester(r, c)
            \/ Cancel(r, c) \/ Confirm(r, c) \/ Expire(r, c) \/ ShowExpired(r, c) \/ Apply(r, c)

Fairness ==
  /\ WF_vars(ReadToken(Reconciler)) /\ WF_vars(ReadChanges(Reconciler))
  /\ \A c \in Held : WF_vars(Expire(Reconciler, c)) /\ WF_vars(Apply(Reconciler, c))

Unfair == Init /\ [][Next]_vars
Spec == Unfair /\ Fairness
=============================================================================
