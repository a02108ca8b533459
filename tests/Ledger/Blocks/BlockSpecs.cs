using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Tests.Blocks;

public sealed class BlockSpecs : IDisposable
{
    private static readonly Eip712Domain Domain = Eip712Domain.PantryChain(31337, AccountAddress.Parse("0x4444444444444444444444444444444444444444"));
    private static readonly HouseholdDay Today = new(20_500);

    private readonly P256Key _device = P256Key.Create();
    private readonly BlockVerifier _verifier = new(Domain, new BlockRules());

    private BlockSealer Sealer => new(_device, Domain);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void A_chain_of_full_and_empty_blocks_follows_itself() =>
        Prop.ForAll(Gen.Choose(0, 20).ListOf().ToArbitrary(), sizes =>
        {
            BlockHead head = BlockHead.Genesis;
            HouseholdDay day = new(Today.Number - (uint)sizes.Count);
            foreach (int size in sizes)
            {
                SealedBlock block = Sealer.Seal(head, Events(head.ToSeq + 1, size), day, urgent: false);
                if (_verifier.Check(head, block, Today) != BlockFault.None || block.Block.Count != (ulong)size)
                    return false;
                (head, day) = (BlockHead.After(block.Block), day.Next());
            }
            return head.Height == (ulong)sizes.Count && head.ToSeq == (ulong)sizes.Sum();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_same_events_give_the_same_header_and_hash()
    {
        SealedBlock first = Sealer.Seal(BlockHead.Genesis, Events(1, 7), Today, urgent: false);
        SealedBlock second = Sealer.Seal(BlockHead.Genesis, Events(1, 7), Today, urgent: true);

        second.Block.Should().Be(first.Block);
        second.Hash.Should().Be(first.Hash);
        first.Block.Should().Match<ThingBlock>(b => b.Uses == 3 && b.Confirmations == 2 && b.Deviations == 1);
    }

    [Fact]
    public void A_full_block_is_accepted_and_one_event_more_cannot_be_sealed()
    {
        SealedBlock full = Sealer.Seal(BlockHead.Genesis, Events(1, ThingBlock.MostEvents), Today, urgent: false);
        Action more = () => Sealer.Seal(BlockHead.Genesis, Events(1, ThingBlock.MostEvents + 1), Today, urgent: false);

        _verifier.Check(BlockHead.Genesis, full, Today).Should().Be(BlockFault.None);
        more.Should().Throw<ArgumentException>().WithMessage("*at most 2048 events*");
    }

    [Fact]
    public void An_empty_block_has_no_root_and_says_which_event_comes_next()
    {
        BlockHead head = BlockHead.After(Sealer.Seal(BlockHead.Genesis, Events(1, 3), Today, urgent: false).Block);

        SealedBlock empty = Sealer.Seal(head, [], Today.Next(), urgent: false);

        empty.Block.Should().Match<ThingBlock>(b => b.FromSeq == 4 && b.ToSeq == 3 && b.Count == 0 && b.EventsRoot.IsZero);
    }

    public static TheoryData<BlockFault, Func<SealedBlock, SealedBlock>> Tampered => new()
    {
        { BlockFault.WrongKey, b => b with { Key = b.Key with { X = b.Key.Y } } },
        { BlockFault.WrongKey, b => b with { Block = b.Block with { Device = default } } },
        { BlockFault.WrongHash, b => b with { Hash = Hash32.Zero } },
        { BlockFault.BadSignature, b => b with { Signature = b.Signature with { R = b.Signature.S } } },
        { BlockFault.Stale, b => b with { Block = b.Block with { Height = 2 } } },
        { BlockFault.Gap, b => b with { Block = b.Block with { Height = 4 } } },
        { BlockFault.Gap, b => b with { Block = b.Block with { Height = ulong.MaxValue } } },
        { BlockFault.Fork, b => b with { Block = b.Block with { Parent = b.Hash } } },
        { BlockFault.SequenceGap, b => b with { Block = b.Block with { FromSeq = b.Block.FromSeq + 1 } } },
        { BlockFault.SequenceGap, b => b with { Block = b.Block with { ToSeq = 0 } } },
        { BlockFault.DayBack, b => b with { Block = b.Block with { Day = new HouseholdDay(0) } } },
        { BlockFault.DayAhead, b => b with { Block = b.Block with { Day = new HouseholdDay(uint.MaxValue) } } },
        { BlockFault.LeafCount, b => b with { Leaves = [] } },
        { BlockFault.LeafRoot, b => b with { Leaves = [.. b.Leaves.Skip(1), Hash32.Zero] } },
        { BlockFault.Totals, b => b with { Block = b.Block with { Uses = uint.MaxValue, Deviations = uint.MaxValue } } },
        { BlockFault.Rate, b => b with { Block = b.Block with { ToSeq = ulong.MaxValue } } },
    };

    [Theory]
    [MemberData(nameof(Tampered))]
    public void A_block_that_was_changed_is_rejected_for_its_reason(BlockFault expected, Func<SealedBlock, SealedBlock> change)
    {
        (BlockHead head, SealedBlock good) = Third();

        _verifier.Check(head, good, Today).Should().Be(BlockFault.None);
        SealedBlock changed = change(good);
        _verifier.Check(head, changed.Block == good.Block || expected == BlockFault.WrongKey ? changed : Signed(changed), Today).Should().Be(expected);
    }

    [Theory]
    [MemberData(nameof(Tampered))]
    public void What_its_device_did_not_sign_brings_no_verdict_upon_it(BlockFault expected, Func<SealedBlock, SealedBlock> change)
    {
        (BlockHead head, SealedBlock good) = Third();
        SealedBlock changed = change(good);

        if (changed.Block != good.Block && expected != BlockFault.WrongKey)
            _verifier.Check(head, changed with { Hash = BlockHash.Of(changed.Block) }, Today).Should().Be(BlockFault.BadSignature);
        _verifier.Check(head, change(good) with { Hash = Hash32.Zero }, Today).Should().BeOneOf(BlockFault.WrongHash, BlockFault.WrongKey);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(400, 2)]
    public void Days_that_have_not_come_make_no_room_for_events(uint ahead, ulong countedDays)
    {
        BlockRules rules = new() { MostEventsPerDay = 10 };
        BlockVerifier strict = new(Domain, rules);
        BlockHead head = BlockHead.After(Sealer.Seal(BlockHead.Genesis, Events(1, 1), Today, urgent: false).Block);
        int most = (int)(countedDays * rules.MostEventsPerDay);

        strict.Check(head, Sealer.Seal(head, Events(2, most), new HouseholdDay(Today.Number + ahead), urgent: false), Today).Should().Be(BlockFault.None);
        strict.Check(head, Sealer.Seal(head, Events(2, most + 1), new HouseholdDay(Today.Number + ahead), urgent: false), Today).Should().Be(BlockFault.Rate);
    }

    [Fact]
    public void Any_changed_header_breaks_the_signature()
    {
        (_, SealedBlock good) = Third();

        _verifier.IsSigned(good).Should().BeTrue();
        _verifier.IsSigned(good with { Block = good.Block with { Uses = 0 } }).Should().BeFalse();
        _verifier.IsSigned(good with { Block = good.Block with { EventsRoot = Hash32.Zero } }).Should().BeFalse();
        _verifier.IsSigned(good with { Block = good.Block with { Day = Today.Next() } }).Should().BeFalse();
    }

    [Fact]
    public void A_signature_for_another_chain_or_contract_is_refused()
    {
        SealedBlock elsewhere = new BlockSealer(_device, Eip712Domain.PantryChain(1, Domain.VerifyingContract)).Seal(BlockHead.Genesis, [], Today, false);
        SealedBlock otherContract = new BlockSealer(_device, Eip712Domain.PantryChain(31337, default)).Seal(BlockHead.Genesis, [], Today, false);

        _verifier.Check(BlockHead.Genesis, elsewhere, Today).Should().Be(BlockFault.BadSignature);
        _verifier.Check(BlockHead.Genesis, otherContract, Today).Should().Be(BlockFault.BadSignature);
    }

    [Fact]
    public void Two_blocks_at_one_height_are_an_equivocation_and_nothing_else_is()
    {
        SealedBlock a = Sealer.Seal(BlockHead.Genesis, [], Today, urgent: false), b = Sealer.Seal(BlockHead.Genesis, [], Today.Next(), urgent: false);
        SealedBlock sameAgain = Sealer.Seal(BlockHead.Genesis, [], Today, urgent: true);
        SealedBlock next = Sealer.Seal(BlockHead.After(a.Block), [], Today, urgent: false);

        _verifier.IsEquivocation(a, b).Should().BeTrue();
        _verifier.IsEquivocation(a, sameAgain).Should().BeFalse("only the signature's nonce differs");
        _verifier.IsEquivocation(a, next).Should().BeFalse();
        _verifier.IsEquivocation(a, b with { Signature = a.Signature }).Should().BeFalse();
    }

    [Fact]
    public void A_sealer_refuses_gaps_and_days_that_run_back()
    {
        BlockHead head = BlockHead.After(Sealer.Seal(BlockHead.Genesis, Events(1, 3), Today, urgent: false).Block);

        Sealer.Invoking(s => s.Seal(head, Events(5, 1), Today, false)).Should().Throw<ArgumentException>().WithMessage("Event 4 comes next*");
        Sealer.Invoking(s => s.Seal(head, [], new HouseholdDay(Today.Number - 1), false)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_flood_of_events_is_rejected()
    {
        BlockVerifier strict = new(Domain, new BlockRules { MostEventsPerDay = 10, OpeningDays = 1 });

        strict.Check(BlockHead.Genesis, Sealer.Seal(BlockHead.Genesis, Events(1, 10), Today, false), Today).Should().Be(BlockFault.None);
        strict.Check(BlockHead.Genesis, Sealer.Seal(BlockHead.Genesis, Events(1, 11), Today, false), Today).Should().Be(BlockFault.Rate);
    }

    [Fact]
    public void The_evidence_is_the_hash_of_leaf_block_and_root() => Evidence.Of(Hash32.Zero, Keccak256.Hash("b"), Keccak256.Hash("r"))
        .Should().Be(Keccak256.Hash(new AbiWriter().Word(Hash32.Zero).Word(Keccak256.Hash("b")).Word(Keccak256.Hash("r")).ToArray()));

    /// <summary>The third block of a chain and the head before it.</summary>
    private (BlockHead Head, SealedBlock Block) Third()
    {
        BlockHead head = BlockHead.After(Sealer.Seal(BlockHead.Genesis, Events(1, 4), new HouseholdDay(Today.Number - 2), urgent: false).Block);
        head = BlockHead.After(Sealer.Seal(head, [], new HouseholdDay(Today.Number - 1), urgent: false).Block);
        return (head, Sealer.Seal(head, Events(5, 3), Today, urgent: false));
    }

    private SealedBlock Signed(SealedBlock block) =>
        block with { Hash = BlockHash.Of(block.Block), Signature = _device.Sign(Domain.Digest(BlockHash.Of(block.Block))) };

    private static ThingEvent[] Events(ulong from, int count)
    {
        ThingEventKind[] kinds =
        [
            ThingEventKind.Used, ThingEventKind.Used, ThingEventKind.PatternConfirmed, ThingEventKind.Deviation, ThingEventKind.Snapshot,
            ThingEventKind.PatternConfirmed, ThingEventKind.Used,
        ];
        return [.. Enumerable.Range(0, count).Select(i => new ThingEvent(
            from + (ulong)i, DateTimeOffset.UnixEpoch.AddDays(20_500), Today, new SlotId(1), Gtin.Parse("8801115114154"), kinds[i % kinds.Length],
            new Mass(-1000), new Mass(5000), 1, default, Keccak256.Hash($"salt {i}")))];
    }
}

public sealed class MerkleTreeSpecs
{
    [Fact]
    public void Every_leaf_proves_itself_and_no_stranger_does() =>
        Prop.ForAll(Gen.Choose(1, 200).ToArbitrary(), count =>
        {
            Hash32[] leaves = [.. Enumerable.Range(0, count).Select(i => Keccak256.Hash($"leaf {i}"))];
            MerkleTree tree = MerkleTree.Of(leaves);
            return tree.Root == MerkleTree.RootOf([.. leaves.Reverse()])
                && leaves.All(leaf => MerkleTree.Verify(tree.Root, tree.Proof(leaf), leaf))
                && !MerkleTree.Verify(tree.Root, tree.Proof(leaves[0]), Keccak256.Hash("stranger"));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_leaf_is_its_own_root_and_none_is_zero()
    {
        Hash32 leaf = Keccak256.Hash("only");

        MerkleTree.Of([leaf]).Root.Should().Be(leaf);
        MerkleTree.Of([leaf]).Proof(leaf).Should().BeEmpty();
        MerkleTree.Of([]).Root.Should().Be(Hash32.Zero);
        MerkleTree.Of([leaf]).Invoking(tree => tree.Proof(Hash32.Zero)).Should().Throw<KeyNotFoundException>();
    }
}
