using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Sensing;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Rewards;
using PantryChain.Reorder.Machine;
using PantryChain.Reorder.Policy;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Ordering;

public sealed class DeciderSpecs : IDisposable
{
    private const double PackGrams = 1063, CupGrams = 240;

    private readonly TempDataFolder _temp = new();
    private readonly SetTime _time = new(Samples.Morning);
    private readonly SqliteFile _file;
    private readonly Journal _journal;
    private readonly Learner _learner;
    private readonly ShelfBoard _board;
    private readonly MandateBook _mandates;
    private readonly Circumstances _circumstances;
    private readonly ReorderDesk _desk;
    private readonly WishBook _wishes;
    private readonly Decider _decider;
    private double _level = 8 * PackGrams;

    public DeciderSpecs()
    {
        _file = SqliteFile.Open(_temp.Folder.Database);
        _journal = new Journal(_file);
        _learner = new Learner(_journal, Samples.Household, new AnswerBook(_file));
        _board = new ShelfBoard(Samples.Household, _time);
        RelayBook relays = new(_file);
        _mandates = new MandateBook(_file);
        _circumstances = new Circumstances(Samples.Household, _time);
        _desk = new StepBook(_file).Desk([Samples.Milk, Samples.Rice]);
        _wishes = new WishBook(_file);
        _decider = Decides(_circumstances);
        _journal.Append(new ThingObservation(_time.Now, Samples.Household.DayOf(_time.Now), new SlotId(1), Samples.Milk, ThingEventKind.Snapshot, Mass.Zero, Mass.FromGrams(_level), 0));
        Give(relays, MandateMode.Auto);
        Live(days: 24);
    }

    [Fact]
    public void A_full_shelf_needs_nothing_and_an_emptying_one_is_asked_about_first()
    {
        Put(6);
        _decider.ReviewAll();
        ReorderState full = State;
        Put(0.4);

        _decider.ReviewAll();

        full.Should().Be(ReorderState.Watching);
        State.Should().Be(ReorderState.Proposed, "the member has approved nothing yet");
        _desk[Samples.Milk].Intent!.Cycle.Should().Be(_learner.PatternOf(Samples.Milk, _time.Now)!.Value.Cycles);
    }

    [Fact]
    public void A_proposal_is_taken_back_when_somebody_went_shopping()
    {
        Put(0.4);
        _decider.ReviewAll();
        Put(5);

        _decider.ReviewAll();

        State.Should().Be(ReorderState.Watching);
        _desk[Samples.Milk].LastOutcome.Should().Be(ReorderOutcome.Withdrawn);
    }

    [Fact]
    public void A_no_counts_until_another_pack_is_used_up()
    {
        Put(0.4);
        _decider.ReviewAll();
        _desk.Advance(new ReorderStep(Samples.Milk, 1, ReorderTrigger.Decline, _time.Now));
        _decider.ReviewAll();
        ReorderState rightAfter = State;
        Live(days: 6);
        Put(0.4);

        _decider.ReviewAll();

        rightAfter.Should().Be(ReorderState.Watching);
        State.Should().Be(ReorderState.Proposed);
    }

    [Fact]
    public void A_refusal_is_thought_over_for_an_hour()
    {
        Put(0.4);
        _decider.ReviewAll();
        _desk.Advance(new ReorderStep(Samples.Milk, 1, ReorderTrigger.Approve, _time.Now));
        _desk.Advance(new ReorderStep(Samples.Milk, 1, ReorderTrigger.OrderRefused, _time.Now, Note: "EscrowStandingRefused"));
        _decider.ReviewAll();
        ReorderState rightAfter = State;
        _time.Now += TimeSpan.FromHours(2);

        _decider.ReviewAll();

        rightAfter.Should().Be(ReorderState.Watching);
        State.Should().Be(ReorderState.Proposed);
    }

    [Fact]
    public void A_mandate_taken_back_ends_its_question_and_asks_no_more_before_the_chain_knows()
    {
        Put(0.4);
        _decider.ReviewAll();
        TakeBack();

        _decider.ReviewAll();
        (ReorderState, ReorderOutcome, string?) rightAfter = (State, _desk[Samples.Milk].LastOutcome, _desk[Samples.Milk].Note);
        Live(days: 6);
        Put(0.4);
        _decider.ReviewAll();

        rightAfter.Should().Be((ReorderState.Watching, ReorderOutcome.Withdrawn, OrderPlacer.MandateTakenBack));
        State.Should().Be(ReorderState.Watching);
        _decider.Advise(Samples.Milk).Should().Match<ReorderAdvice>(advice => advice.Due && advice.Quantity == 0 && advice.Blocks.Contains(ReorderBlock.NoMandate));
        _decider.ModeOf(Samples.Milk).Should().BeNull();
    }

    [Fact]
    public void A_decision_without_a_signed_order_falls_with_its_mandate_and_a_new_one_starts_again()
    {
        Put(0.4);
        _decider.ReviewAll();
        _desk.Advance(new ReorderStep(Samples.Milk, 1, ReorderTrigger.Approve, _time.Now));
        TakeBack();
        _decider.ReviewAll();
        ReorderState rightAfter = State;
        Give(new RelayBook(_file), MandateMode.Auto, number: 2);
        Hear();
        _time.Now += TimeSpan.FromHours(2);

        _decider.ReviewAll();

        rightAfter.Should().Be(ReorderState.Watching);
        State.Should().Be(ReorderState.Proposed, "the new mandate counts");
    }

    [Fact]
    public void Nothing_is_ordered_before_store_and_chain_were_heard()
    {
        Circumstances unheard = new(Samples.Household, _time);
        Decider deaf = Decides(unheard);
        Put(0.4);

        deaf.ReviewAll();

        State.Should().Be(ReorderState.Watching);
        deaf.Advise(Samples.Milk).Blocks.Should().Contain(ReorderBlock.SellerAbsent);
    }

    [Fact]
    public void A_hand_on_the_shelf_decides_nothing()
    {
        Put(6);
        _board.Show(new StockReading(new SlotId(1), _time.Now, Mass.Zero, Mass.FromGrams(2), Stable: false, SlotHealth.Ok));

        _decider.ReviewAll();

        State.Should().Be(ReorderState.Watching);
    }

    public void Dispose()
    {
        _file.Dispose();
        _temp.Dispose();
    }

    private ReorderState State => _desk[Samples.Milk].State;

    private Decider Decides(Circumstances known)
    {
        OrderBook orders = new(_file);
        HolidayDesk holidays = new(_temp.Folder, Samples.Household, NullLogger<HolidayDesk>.Instance);
        Situations situations = new(_desk, _learner, _board, _mandates, orders, new LeadBook(orders, Samples.Household), known, _wishes, holidays, Samples.Household, _time);
        return new Decider(_desk, new ReorderPolicy(), situations, _mandates, orders, Samples.Household, _time);
    }

    /// <summary>A cup of milk every morning and evening.</summary>
    private void Live(int days)
    {
        for (int i = 0; i < 2 * days; i++, _time.Now += TimeSpan.FromHours(12))
        {
            _level -= CupGrams;
            uint cycle = _learner.CyclesAfter(Samples.Milk, Mass.FromGrams(CupGrams));
            _journal.Append(Samples.Used(_time.Now, CupGrams, _level, cycle));
            _learner.Learn();
        }
        Hear();
    }

    private void Put(double packs) =>
        _board.Show(new StockReading(new SlotId(1), _time.Now, Mass.FromGrams(packs * PackGrams), Mass.FromGrams(1), Stable: true, SlotHealth.Ok));

    private void TakeBack() => _mandates.Revoke(
        [(_mandates.ActiveOf(Samples.Milk)!.Terms, new Relay(Samples.Hash(70), RelayKind.Execute, Samples.Address(1), [1], _mandates.ActiveOf(Samples.Milk)!.Id.Value))], _time.Now);

    private void Give(RelayBook relays, MandateMode mode, byte number = 1)
    {
        IReadOnlyList<AccountAddress> sellers = [Samples.Address(5)];
        Mandate terms = new(
            Samples.Address(1), Samples.Milk, 2, Bamtol.FromWon(3_600), Bamtol.FromWon(72_000), 30, 3, 1, default, new SellerList(sellers).Root, _time.Now.AddDays(365), number);
        Hash32 call = Samples.Hash((byte)(50 + number));
        _mandates.Give(
            new GivenMandate(TypedMessages.Mandate(terms), terms, sellers, mode, _time.Now, call, RelayStatus.Kept, null),
            [new Relay(call, RelayKind.Execute, Samples.Address(1), [1], Samples.Hash(51))]);
        relays.Note(call, RelayStatus.Mined, null);
    }

    private void Hear() => _circumstances.Update(
        [new StoreOffer(Samples.Milk, Samples.Address(5), "Dairy", Bamtol.FromWon(2_950), default, LeadTime.Usual)],
        new Standing(new StandingLeaf(Samples.Address(1), 1, 20_500, Samples.Hash(3)), [], 1, default), Bamtol.FromWon(100_000), default,
        new Dictionary<MandateId, MandateOnChain> { [_mandates.NewestOf(Samples.Milk)!.Id] = new(true, false, 0, 0, default) });
}
