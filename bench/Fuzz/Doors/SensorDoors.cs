using System.Device.Spi;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Rfid;
using PantryChain.Domain.Tags;

namespace PantryChain.Fuzz.Doors;

/// <summary>What chips and tags say: anybody may hold a tag to a shelf, and a loose wire says anything.</summary>
internal static class SensorDoors
{
    private const string Uri = "urn:epc:id:sgtin:0614141.812345.6789";
    private const int Exchanges = 60;

    public static IReadOnlyList<Door> All { get; } =
    [
        new("PN532 frame", Shape.Bytes, Frame, bytes => Pn532Frame.Read(bytes, out _) != Pn532FrameKind.Garbled) { MayRefuseValid = true },
        new("NDEF message", Shape.Bytes, _ => NdefMessage.Write(Uri), bytes => NdefMessage.Read(bytes, out _) == TagWord.Uri),
        new("tag's memory", Shape.Bytes, _ => [0xE1, 0x10, 0x12, 0x00, .. Type2Memory.Write(Uri, [0x01, 0x03, 0xA0, 0x0C, 0x34])], bytes => Type2Memory.Read(bytes, out _) == TagWord.Uri),
        new("SGTIN-96", Shape.Bytes, Code, bytes => Sgtin96.TryDecode(bytes, out _, out _))
        {
            Again = bytes =>
            {
                byte[] again = new byte[Sgtin96.Bytes];
                return Sgtin96.TryDecode(bytes, out Epc epc, out _) && Sgtin96.TryEncode(epc, again, out _) ? again : [];
            },
        },
        new("PN532 on its bus", Shape.Bytes, Frame, bytes => Polled(new Pn532(new Talk(bytes).CreateDevice(Pn532.Address), new Hurry(3_000_000)))) { MayRefuseValid = true },
        new("MFRC522 on its bus", Shape.Bytes, dice => dice.Bytes(64), bytes => Polled(new Mfrc522(new Talk(bytes).CreateDevice(0x28), new Hurry(3_000_000)))) { MayRefuseValid = true },
        new("NAU7802 on its bus", Shape.Bytes, dice => dice.Bytes(64), bytes => Weighed(new Nau7802(new Talk(bytes).CreateDevice(Nau7802.Address), new Nau7802Options(), new Hurry(3_000_000)))) { MayRefuseValid = true },
        new("HX711 over SPI", Shape.Bytes, dice => dice.Bytes(64), bytes => Weighed(new Hx711(new Words(bytes), new Hx711Options(), new Hurry(20_000_000)))) { MayRefuseValid = true },
    ];

    private static byte[] Frame(Dice dice)
    {
        byte[] frame = new byte[Pn532Frame.Longest];
        int length = Pn532Frame.Write(Pn532Frame.ToHost, dice.Bytes(dice.Between(1, 60)), frame);
        return [1, .. Pn532Frame.Ack, 1, .. frame[..length]];
    }

    private static byte[] Code(Dice dice)
    {
        byte[] code = new byte[Sgtin96.Bytes];
        _ = Epc.TryParse($"urn:epc:tag:sgtin-96:{dice.Next(8)}.0614141.{dice.Next(10)}{dice.Next(100_000):D5}.{dice.Next(int.MaxValue)}", out Epc epc, out _);
        Sgtin96.TryEncode(epc, code, out _);
        return code;
    }

    private static bool Polled(ITagReader reader)
    {
        using (reader)
        {
            for (int i = 0; i < Exchanges; i++)
                reader.TryPoll(out _);
            return true;
        }
    }

    private static bool Weighed(ILoadCells cells)
    {
        using (cells)
        {
            Span<int> counts = stackalloc int[cells.Cells];
            for (int i = 0; i < Exchanges; i++)
            {
                if (!cells.TryRead(counts, out ulong valid, out _))
                    continue;
                if ((valid & 1) != 0 && counts[0] is > 0x7F_FFFF or < -0x80_0000)
                    throw new InvalidDataException($"{counts[0]} is no 24-bit conversion.");
            }
            return Enum.IsDefined(cells.HealthOf(0));
        }
    }

    /// <summary>A bus on which some chip answers with given bytes, over and over; a byte of 0xEE refuses an exchange.</summary>
    private sealed class Talk(byte[] bytes) : GatedI2cBus
    {
        private int _at;

        /// <inheritdoc />
        public override string Name => "the talking bus";

        /// <inheritdoc />
        protected internal override void Exchange(int address, ReadOnlySpan<byte> write, Span<byte> read)
        {
            if (bytes.Length == 0 || bytes[_at % bytes.Length] == 0xEE)
            {
                _at++;
                throw new BusException(BusFailure.NotAcknowledged, "Nothing answers.");
            }
            for (int i = 0; i < read.Length; i++)
                read[i] = bytes[_at++ % bytes.Length];
        }
    }

    /// <summary>An SPI device that answers with given bytes, over and over.</summary>
    private sealed class Words(byte[] bytes) : SpiDevice
    {
        private int _at;

        /// <inheritdoc />
        public override SpiConnectionSettings ConnectionSettings { get; } = new(0, 0);

        /// <inheritdoc />
        public override void Read(Span<byte> buffer) => TransferFullDuplex([], buffer);

        /// <inheritdoc />
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            // it does not listen
        }

        /// <inheritdoc />
        public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
        {
            for (int i = 0; i < readBuffer.Length; i++)
                readBuffer[i] = bytes.Length == 0 ? (byte)0xFF : bytes[_at++ % bytes.Length];
        }
    }
    /// <summary>A time that moves on by as much with every look.</summary>
    private sealed class Hurry(long nanoseconds) : TimeProvider
    {
        private long _now;

        /// <inheritdoc />
        public override long TimestampFrequency => 1_000_000_000;

        /// <inheritdoc />
        public override long GetTimestamp() => _now += nanoseconds;
    }
}
