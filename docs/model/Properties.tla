----------------------------- MODULE Properties -----------------------------
(***************************************************************************)
(* What holds in every state of Lifecycle, and that every change ends.     *)
(***************************************************************************)
EXTENDS Lifecycle, TLC

(* What the record alone tells, event by event *)

RECURSIVE Told(_)
Told(events) ==
  IF events = <<>> THEN [status |-> None, pending |-> None, change |-> [c \in Held |-> None], sound |-> TRUE]
  ELSE LET told == Told(SubSeq(events, 1, Len(events) - 1))
           event == events[Len(events)]
           type == event[1]
           ends == [CHANGE_REJECTED |-> "REJECTED", CHANGE_EXPIRED |-> "EXPIRED",
                    CHANGE_CANCELLED |-> "CANCELLED", CHANGE_SUPERSEDED |-> "SUPERSEDED"]
           Without(c) == IF told.pending = c THEN None ELSE told.pending
       IN CASE type = "TOKEN_CREATED" -> [told EXCEPT !.status = event[2]]
            [] type = "TOKEN_ENROLLED" ->
                 [told EXCEPT !.status = event[3], !.sound = @ /\ event[2] = told.status]
            [] type = "CHANGE_REQUESTED" ->
                 [told EXCEPT !.pending = event[2], !.change[event[2]] = "PENDING_AUTHORIZATION"]
            [] type = "CHANGE_AUTHORIZED" -> [told EXCEPT !.change[event[2]] = "AUTHORIZED"]
            [] type \in DOMAIN ends ->
                 [told EXCEPT !.pending = Without(event[2]), !.change[event[2]] = ends[type]]
            [] type = "CHANGE_APPLIED" /\ event[3] = "BLOCK" ->
                 [told EXCEPT !.status = event[5], !.sound = @ /\ event[4] = told.status]
            [] type = "CHANGE_APPLIED" ->
                 [told EXCEPT !.status = event[5], !.sound = @ /\ event[4] = told.status,
                              !.pending = Without(event[2]), !.change[event[2]] = "APPLIED"]
            [] OTHER -> told

(* Changes differ in name alone, and so do requests. *)
Symmetry == Permutations(Held) \cup Permutations(Requests)

(* Two histories that tell the same are one state. *)
View == <<token, change, blocked, seed, code, standing, read, shown, lawful, overruled, Told(record)>>

-----------------------------------------------------------------------------
(* Properties *)

IsOpen(c) == change[c].status \in {"PENDING_AUTHORIZATION", "AUTHORIZED"}

NothingDecidedAfterShownExpired == \A c \in shown : change[c].status = "EXPIRED"

SeedOnlyWithItsPhone ==
  seed <=> token.status = "ACTIVE" \/ (token.status = "BLOCKED" /\ token.before = "ACTIVE")

PhoneOnlyWithItsSeed == token.phone <=> seed

OnePendingChange == \A c \in Held : IsOpen(c) <=> token.pending = c

AppliedWasAuthorized == \A c \in Held : change[c].status \in {"AUTHORIZED", "APPLIED"} => c \in lawful

RecordAgrees ==
  LET told == Told(record)
  IN /\ told.sound /\ told.status = token.status /\ told.pending = token.pending
     /\ \A c \in Held : told.change[c] = change[c].status

OverruledHasNoEffect == \A c \in overruled : change[c].status \in {"SUPERSEDED", "EXPIRED"}

RescueIsTheBanks ==
  \A c \in Held : change[c].policy = "BANK" => change[c].status \in {"PENDING_AUTHORIZATION", "AUTHORIZED", "APPLIED", "EXPIRED"}

WrongCodesReject == \A c \in Held : change[c].wrong < WrongCodes

EveryChangeEnds == \A c \in Held : IsOpen(c) ~> ~IsOpen(c)
=============================================================================
