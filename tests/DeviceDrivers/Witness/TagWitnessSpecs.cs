using System.Device.I2c;
using System.Diagnostics;
using Iot.Device.Card.Ultralight;
using Iot.Device.Mfrc522;
using Iot.Device.Ndef;
using Iot.Device.Pn532.ListPassive;
using Iot.Device.Rfid;
using PantryChain.DeviceDrivers.Rfid;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.DeviceDrivers.Tests.Rfid;
using PantryChain.Domain.Sensing;
using ForeignMessage = Iot.Device.Ndef.NdefMessage;
using ForeignPn532 = Iot.Device.Pn532.Pn532;

namespace PantryChain.DeviceDrivers.Tests.Witness;

/// <summary>The readers of Iot.Device.Bindings, written by others from the same data sheets, on our simulated chips: what they read is what ours read.</summary>
/// <remarks>They wait by the machine's clock, and some by the number of their looks: the chips live in it, and a byte takes as long as on a real bus.</remarks>
public sealed class TagWitnessSpecs : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly PacedClock Clock = new();

    private readonly SimulatedTagField _field = new(Clock, seed: 1);
    private readonly SimulatedI2cBus _bus = new(Clock) { BitNanoseconds = 2_500 };
    private readonly SimulatedMfrc522 _mfrc522;
    private readonly SimulatedPn532 _pn532;
    private readonly SimulatedTag _tag = ReaderRig.Tag(1, ReaderRig.Uri);

    public TagWitnessSpecs()
    {
        _mfrc522 = new SimulatedMfrc522(Clock, _field, address: 0x2C);
        _pn532 = new SimulatedPn532(Clock, _field);
        _bus.Attach(_mfrc522);
        _bus.Attach(_pn532);
        _field.Put(_tag);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_mfrc522_tells_the_witness_what_it_tells_us(bool spi)
    {
        using MfRc522 foreign = spi ? new MfRc522(_mfrc522.ToSpi()) : new MfRc522(_bus.CreateDevice(0x2C));
        foreign.Version.Should().Be(new Version(2, 0));

        Data106kbpsTypeA? card = null;
        Until(() => foreign.ListenToCardIso14443TypeA(out card, TimeSpan.FromMilliseconds(300)));

        ShouldBeTheTag(card!, new UltralightCard(foreign, card!.TargetNumber));
        using ITagReader ours = spi ? new Mfrc522(_mfrc522.ToSpi(), Clock) : new Mfrc522(_bus.CreateDevice(0x2C), Clock);
        Seen(ours).Should().Be((_tag.Uid, ReaderRig.Item));
    }

    [Fact]
    public void A_pn532_tells_the_witness_what_it_tells_us()
    {
        using ForeignPn532 foreign = Foreign();
        foreign.FirmwareVersion!.IdentificationCode.Should().Be(0x32);

        Data106kbpsTypeA? card = null;
        Until(() => foreign.ListPassiveTarget(MaxTarget.One, TargetBaudRate.B106kbpsTypeA) is { } found && (card = foreign.TryDecode106kbpsTypeA(found.AsSpan(1))) is not null);

        ShouldBeTheTag(card!, new UltralightCard(foreign, card!.TargetNumber));
        foreign.DeselectTarget(card.TargetNumber).Should().BeTrue();
        foreign.SelectTarget(card.TargetNumber).Should().BeTrue();
        foreign.ReleaseTarget(card.TargetNumber).Should().BeTrue();
        foreign.SelectTarget(card.TargetNumber).Should().BeFalse("it was released");
        using Pn532 ours = new(_bus.CreateDevice(Pn532.Address), Clock);
        Seen(ours).Should().Be((_tag.Uid, ReaderRig.Item));
    }

    [Fact]
    public void The_witness_breaks_two_rules_of_the_data_sheets_that_our_drivers_keep()
    {
        using (MfRc522 foreign = new(_bus.CreateDevice(0x2C)))
            foreign.ListenToCardIso14443TypeA(out _, TimeSpan.FromMilliseconds(100));
        using (ForeignPn532 foreign = Foreign())
            foreign.ListPassiveTarget(MaxTarget.One, TargetBaudRate.B106kbpsTypeA);
        (_mfrc522.UncleanRegisters > 0, _pn532.BareFrames > 0).Should().Be((true, true), "else the simulators would not notice");
        (long unclean, long bare) = (_mfrc522.UncleanRegisters, _pn532.BareFrames);

        using Mfrc522 first = new(_bus.CreateDevice(0x2C), Clock);
        using Pn532 second = new(_bus.CreateDevice(Pn532.Address), Clock);
        Seen(first);
        Seen(second);

        (_mfrc522.UncleanRegisters, _pn532.BareFrames).Should().Be((unclean, bare));
    }

    [Fact]
    public void Our_driver_reads_answers_without_a_zero_in_front_and_behind()
    {
        _pn532.HasBareAnswers = true;
        using Pn532 ours = new(_bus.CreateDevice(Pn532.Address), Clock);

        Seen(ours).Should().Be((_tag.Uid, ReaderRig.Item));
    }

    [Fact]
    public void A_transfer_whose_answer_takes_the_questions_place_is_as_good_as_any()
    {
        byte[] both = [0x80 | 0x37 << 1, 0x00];

        _mfrc522.ToSpi().TransferFullDuplex(both, both);

        both[1].Should().Be(0x92);
    }

    [Theory]
    [InlineData(45, UltralightCardType.UltralightNtag213)]
    [InlineData(135, UltralightCardType.UltralightNtag215)]
    [InlineData(231, UltralightCardType.UltralightNtag216)]
    public void Every_size_of_tag_says_which_it_is(int pages, UltralightCardType expected)
    {
        _field.Take(_tag);
        _field.Put(new SimulatedTag(_tag.Uid, pages));
        using MfRc522 foreign = new(_mfrc522.ToSpi());
        Data106kbpsTypeA? card = null;
        Until(() => foreign.ListenToCardIso14443TypeA(out card, TimeSpan.FromMilliseconds(300)));
        UltralightCard ultralight = new(foreign, card!.TargetNumber) { SerialNumber = card.NfcId };

        byte[] version = ultralight.GetVersion();

        version.Should().HaveCount(8);
        ultralight.UltralightCardType.Should().Be(expected);
    }

    public void Dispose() => _bus.Dispose();

    /// <summary>The chip is woken first: the binding tries a chip that sleeps three times without a pause, and gives up.</summary>
    private ForeignPn532 Foreign()
    {
        I2cDevice chip = _bus.CreateDevice(Pn532.Address);
        using ManualResetEventSlim pause = new();
        Until(() =>
        {
            try
            {
                chip.Read(new byte[1]);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        });
        return new ForeignPn532(chip);
    }

    private void ShouldBeTheTag(Data106kbpsTypeA card, UltralightCard ultralight)
    {
        Convert.ToHexString(card.NfcId).Should().Be(_tag.Uid.Hex);
        card.Sak.Should().Be(0);
        ultralight.SerialNumber = card.NfcId;
        ultralight.GetVersion().Should().HaveCount(8);
        ultralight.BlockNumber = 4;
        ultralight.Command = UltralightCommand.Read16Bytes;
        ultralight.RunUltralightCommand().Should().BeGreaterThan(0);
        ultralight.Data.Should().Equal(_tag.Data[..16].ToArray());
        ultralight.TryReadNdefMessage(out ForeignMessage message).Should().BeTrue();
        new UriRecord(message.Records.Single()).FullUri.Should().Be(ReaderRig.Uri);
    }

    private static (TagUid, Sgtin?) Seen(ITagReader reader)
    {
        IReadOnlyList<FoundTag> seen = [];
        Until(() =>
        {
            if (reader.TryPoll(out IReadOnlyList<FoundTag> tags))
                seen = [.. tags];
            return seen.Any(tag => tag.Item is not null);
        });
        return (seen.Single().Uid, seen.Single().Item);
    }

    private static void Until(Func<bool> reached)
    {
        using ManualResetEventSlim pause = new();
        long began = TimeProvider.System.GetTimestamp();
        while (!reached())
        {
            TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(Patience);
            pause.Wait(millisecondsTimeout: 1);
        }
    }

    /// <summary>The machine's clock, with buses that keep the caller for as long as their bits last.</summary>
    private sealed class PacedClock : SimulatedBusClock
    {
        public override long Read() => Stopwatch.GetTimestamp();

        public override long Edge() => Read();

        public override long Spend(long nanoseconds)
        {
            long until = Read() + nanoseconds;
            while (Read() < until)
                Thread.SpinWait(10);
            return Read();
        }
    }
}
