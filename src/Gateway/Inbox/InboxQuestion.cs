using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;

namespace PantryChain.Gateway.Inbox;

/// <summary>Why the member is asked.</summary>
internal enum QuestionReason : byte
{
    /// <summary>Several products explain the change about as well.</summary>
    Ambiguous = 1,

    /// <summary>No product of the slot weighs that much.</summary>
    Foreign = 2,

    /// <summary>A tag says one product and was bound to another.</summary>
    TagConflict = 3,

    /// <summary>The member said that a booking was wrong.</summary>
    TakenBack = 4,

    /// <summary>All cells jumped at once: a table that was bumped, a supply that dipped.</summary>
    AllAtOnce = 5,
}

/// <summary>Where a question stands.</summary>
internal enum QuestionState : byte
{
    /// <summary>It waits for the member.</summary>
    Open = 0,

    /// <summary>The member answered.</summary>
    Answered = 1,

    /// <summary>Nobody answered in time; what was most likely was booked.</summary>
    Automatic = 2,
}

/// <summary>One explanation that the member can choose.</summary>
/// <param name="Cause">Products, something foreign, or a stranger that went.</param>
/// <param name="Parts">Which products moved how much.</param>
/// <param name="Probability">0 to 1, as weight and tags said.</param>
/// <param name="Stranger">The question whose stranger went, or 0.</param>
/// <param name="Declined">True once the member took it back: it is never chosen for them again.</param>
internal sealed record QuestionCandidate(FusedCause Cause, IReadOnlyList<FusedPart> Parts, double Probability, long Stranger = 0, bool Declined = false);

/// <summary>A change of a slot of which nobody could tell what it was: "what was this?"</summary>
/// <param name="Id">Its number, from 1.</param>
/// <param name="Slot">Where.</param>
/// <param name="At">Household time at which the shelf had settled.</param>
/// <param name="Delta">Signed change.</param>
/// <param name="Sigma">One standard deviation of it.</param>
/// <param name="Reason">Why it is asked.</param>
/// <param name="Candidates">Explanations, most probable first; at most <see cref="MostCandidates"/>.</param>
/// <param name="AskedAt">Household time from which its waiting counts.</param>
/// <param name="State">Open, answered, or answered for the member.</param>
/// <param name="Choice">What was chosen (<see cref="Answers"/>), or null while it is open.</param>
/// <param name="AnsweredAt">Household time of that.</param>
/// <param name="Gone">True once the stranger that this question found has left again.</param>
internal sealed record InboxQuestion(
    long Id, SlotId Slot, DateTimeOffset At, Mass Delta, Mass Sigma, QuestionReason Reason, IReadOnlyList<QuestionCandidate> Candidates, DateTimeOffset AskedAt,
    QuestionState State = QuestionState.Open, string? Choice = null, DateTimeOffset? AnsweredAt = null, bool Gone = false)
{
    /// <summary>Most explanations that are kept with a question.</summary>
    public const int MostCandidates = 5;

    /// <summary>True while it waits for an answer.</summary>
    public bool IsOpen => State == QuestionState.Open;

    /// <summary>True when the answer left something on the slot that is no product.</summary>
    public bool LeftStranger => !IsOpen && !Gone && Choice is Answers.NotFood or Answers.Elsewhere;

    /// <summary>True when the question makes a product's stock uncertain.</summary>
    public bool Concerns(Gtin gtin) => IsOpen && Candidates.Any(candidate => candidate.Parts.Any(part => part.Gtin == gtin));

    /// <summary>What is booked when nobody answers: the most probable explanation that the member has not declined.</summary>
    public string MostLikely
    {
        get
        {
            for (int i = 0; i < Candidates.Count; i++)
            {
                if (!Candidates[i].Declined)
                    return Candidates[i].Cause == FusedCause.Foreign ? Answers.NotFood : Answers.Candidate(i);
            }
            return Answers.NotFood;
        }
    }

    /// <summary>The same with a choice declined; the others keep their places, which pages that are still open name.</summary>
    public InboxQuestion Decline(string choice)
    {
        if (!Answers.TryRead(this, choice, _ => true, out Answer answer))
            return this;
        return this with { Candidates = [.. Candidates.Select(candidate => Says(candidate, choice, answer) ? candidate with { Declined = true } : candidate)] };
    }

    private static bool Says(QuestionCandidate candidate, string choice, in Answer answer) => candidate.Cause switch
    {
        FusedCause.Products => answer.Parts.Count > 0 && candidate.Parts.Select(part => part.Gtin).SequenceEqual(answer.Parts.Select(part => part.Gtin)),
        FusedCause.Foreign => choice is Answers.NotFood or Answers.Elsewhere,
        _ => candidate.Stranger != 0 && candidate.Stranger == answer.Stranger,
    };
}

/// <summary>What an answer does.</summary>
/// <param name="Parts">The products that it books; empty for what is no product.</param>
/// <param name="Stranger">The question whose stranger it sends away, or 0.</param>
internal readonly record struct Answer(IReadOnlyList<FusedPart> Parts, long Stranger = 0);

/// <summary>The words in which answers travel and are kept: a candidate's place, a product's number, or one of two words.</summary>
internal static class Answers
{
    /// <summary>It was no food, or somebody leaned on the shelf.</summary>
    public const string NotFood = "none";

    /// <summary>It was something that does not belong on this slot.</summary>
    public const string Elsewhere = "other";

    /// <summary>The candidate at a place, from 0.</summary>
    public static string Candidate(int place) => place.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What an answer means for a question; false for a word that it does not know.</summary>
    public static bool TryRead(InboxQuestion question, string? choice, Func<Gtin, bool> stands, out Answer answer)
    {
        answer = new Answer([]);
        if (choice is NotFood or Elsewhere)
            return true;
        if (choice is { Length: 1 } && char.IsAsciiDigit(choice[0]) && choice[0] - '0' < question.Candidates.Count)
        {
            QuestionCandidate chosen = question.Candidates[choice[0] - '0'];
            answer = new Answer(chosen.Parts, chosen.Stranger);
            return true;
        }
        if (!Gtin.TryParse(choice, out Gtin gtin) || !stands(gtin))
            return false;
        answer = new Answer([new FusedPart(gtin, question.Delta, 0)]);
        return true;
    }
}
