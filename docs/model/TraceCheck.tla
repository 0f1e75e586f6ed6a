------------------------------ MODULE TraceCheck -----------------------------
(***************************************************************************)
(* Is a token's stored record a behaviour of Lifecycle, and does that      *)
(* behaviour end with the token as it is stored? `npm run model` writes    *)
(* the module Records: the records, and the ids that are in them.          *)
(***************************************************************************)
EXTENDS Lifecycle, Records, TLC

VARIABLE which  \* the stored record that this behaviour must follow

Told == Records[which]

Follows == Len(record) <= Len(Told.events) /\ record = SubSeq(Told.events, 1, Len(record))

(* Physical tokens have records too. *)
TraceInit ==
  /\ which \in 1..Len(Records)
  /\ \E status \in {"PENDING_ENROLLMENT", "ENABLED", "DISABLED"} : InitIn(status)
  /\ Follows

DisablePhysical(r) ==
  /\ HasRead(r) /\ read[r].token.status = "ENABLED"
  /\ Write(r, [read[r].token EXCEPT !.status = "DISABLED"], read[r].change,
           <<<<"PHYSICAL_TOKEN_DISABLED", "ENABLED", "DISABLED">>>>)
  /\ UNCHANGED <<blocked, seed, code, standing, shown, lawful, overruled>>

(* An import tells each token of its holder's new name or role; nothing else of the token changes. *)
UpdateHolder(r) ==
  /\ HasRead(r)
  /\ Write(r, read[r].token, read[r].change, <<<<"HOLDER_UPDATED">>>>)
  /\ UNCHANGED <<blocked, seed, code, standing, shown, lawful, overruled>>

(* A seed is in one place, and a table that is lost is not restored. *)
LoseSeed ==
  /\ seed' = FALSE
  /\ UNCHANGED <<token, change, blocked, code, standing, record, read, shown, lawful, overruled>>

TraceNext ==
  /\ Next \/ LoseSeed \/ \E r \in Requests : DisablePhysical(r) \/ UpdateHolder(r)
  /\ UNCHANGED which
  /\ \A p \in Persons \ Told.persons : standing'[p] = standing[p]
  /\ Follows'

IsAccepted == record = Told.events /\ token = Told.token

(* Not properties: they print how far each record was followed, and whether to its end. *)
ASSUME \A i \in 1..Len(Records) : TLCSet(i, 0)
ReportFollowed ==
  IF Len(record) > TLCGet(which) THEN TLCSet(which, Len(record)) /\ PrintT(<<"followed", which, Len(record)>>) ELSE TRUE
ReportAccepted == IsAccepted => PrintT(<<"accepted", which>>)
=============================================================================
