using System.Drawing;
using Iot.Device.Graphics;
using Iot.Device.Ssd13xx;
using Iot.Device.Ssd13xx.Commands;
using Iot.Device.Ssd13xx.Commands.Ssd1306Commands;
using PantryChain.DeviceDrivers.Simulation;

namespace PantryChain.DeviceDrivers.Tests.Witness;

/// <summary>dotnet/iot's own class of the SSD1306 on the simulated chip: what of it is right for a panel of 128 by 64, and why our panel has a beginning of its own.</summary>
public sealed class DisplayWitnessSpecs
{
    private readonly SimulatedI2cBus _bus = new(new SteppedBusClock());
    private readonly SimulatedSsd1306 _chip = new(0x3C);

    public DisplayWitnessSpecs()
    {
        BitmapImage.RegisterImageFactory(new PlainImages()); // without one its constructor throws: it clears the panel by a picture
        _bus.Attach(_chip);
    }

    [Fact]
    public void Its_pictures_arrive_once_the_panel_was_set_up_for_its_whole_height()
    {
        using Ssd1306 foreign = new(_bus.CreateDevice(0x3C), 128, 64);
        using BitmapImage image = Chequered();
        foreign.DrawBitmap(image);
        _chip.Picture().Should().NotContain("#", "it sets every panel up as one of 128 by 32");

        foreign.SendCommand(new SetMultiplexRatio(63));
        foreign.SendCommand(new SetComPinsHardwareConfiguration(alternativeComPinConfiguration: true, enableLeftRightRemap: false));
        foreign.SendCommand(new SetColumnAddress(0, 127));
        foreign.SendCommand(new SetPageAddress(PageAddress.Page0, PageAddress.Page7));
        foreign.SendData(foreign.PreRenderBitmap(image));

        _chip.Refused.Should().Be(0);
        for (int y = 0; y < 64; y++)
        {
            for (int x = 0; x < 128; x++)
                _chip.IsLit(x, y).Should().Be(IsLit(x, y), $"{x}, {y}");
        }
    }

    [Fact]
    public void The_chip_knows_every_command_that_the_binding_has()
    {
        using Ssd1306 foreign = new(_bus.CreateDevice(0x3C), 128, 64);

        ISsd1306Command[] own =
        [
            new NoOperation(), new EntireDisplayOn(true), new EntireDisplayOn(false), new SetChargePump(false), new SetChargePump(true), new SetColumnAddress(), new SetPageAddress(),
            new SetComOutputScanDirection(), new SetComPinsHardwareConfiguration(), new SetDisplayClockDivideRatioOscillatorFrequency(), new SetDisplayOffset(), new SetDisplayStartLine(),
            new SetHigherColumnStartAddressForPageAddressingMode(7), new SetLowerColumnStartAddressForPageAddressingMode(15), new SetPageStartAddressForPageAddressingMode(PageAddress.Page3),
            new SetMemoryAddressingMode(SetMemoryAddressingMode.AddressingMode.Vertical), new SetNormalDisplay(), new SetPreChargePeriod(), new SetSegmentReMap(), new SetVcomhDeselectLevel(),
            new SetVerticalScrollArea(), new HorizontalScrollSetup(HorizontalScrollSetup.HorizontalScrollType.Left, PageAddress.Page0, FrameFrequencyType.Frames5, PageAddress.Page7),
            new ContinuousVerticalAndHorizontalScrollSetup(ContinuousVerticalAndHorizontalScrollSetup.VerticalHorizontalScrollType.Left, PageAddress.Page0, FrameFrequencyType.Frames5, PageAddress.Page7, 1),
        ];
        ISharedCommand[] shared = [new ActivateScroll(), new DeactivateScroll(), new SetContrastControlForBank0(9), new SetInverseDisplay(), new SetMultiplexRatio(), new SetDisplayOff(), new SetDisplayOn()];
        Array.ForEach(own, foreign.SendCommand);
        Array.ForEach(shared, foreign.SendCommand);

        _chip.Refused.Should().Be(0);
        (_chip.Contrast, _chip.IsOn).Should().Be(((byte)9, true));
    }

    [Theory]
    [InlineData(0, "0:0 1:0 2:0 0:1")] // column by column, then the next page
    [InlineData(1, "0:0 0:1 1:0 1:1")] // page by page, then the next column
    public void Its_memory_is_gone_through_as_the_data_sheet_has_it(byte mode, string order)
    {
        Send(0x00, 0x8D, 0x14, 0xAF, 0xA1, 0xC8, 0xDA, 0x12, 0x20, mode);
        foreach ((string place, int number) in order.Split(' ').Select((place, number) => (place, number)))
        {
            Send(0x00, 0x21, 0, 2, 0x22, 0, 1);
            Send([0x40, .. new byte[6]]); // all dark, and round to the beginning
            Send([0x80, 0xE3, 0x40, .. new byte[number], (byte)(1 << number)]); // a command with a control byte of its own, then data: both in one write
            int column = place[0] - '0', page = place[2] - '0';

            _chip.IsLit(column, (page * 8) + number).Should().BeTrue($"byte {number} stands at {place}");
        }
    }

    [Fact]
    public void A_page_is_written_round_and_round_in_page_mode_and_what_is_no_command_is_counted()
    {
        Send(0x00, 0x8D, 0x14, 0xAF, 0xA1, 0xC8, 0xDA, 0x12, 0x20, 0x02, 0xB2, 0x0E, 0x17);
        Send(0x40, 0x01, 0x01, 0x01); // columns 126, 127 and 126 again

        _chip.IsLit(126, 16).Should().BeTrue();
        _chip.IsLit(127, 16).Should().BeTrue();
        _chip.Refused.Should().Be(0);
        Send(0x00, 0xFF);
        Send(0x03, 0xE3);
        _chip.Refused.Should().Be(2);
    }

    [Fact]
    public void Every_way_to_turn_the_picture_shows()
    {
        Send(0x00, 0x8D, 0x14, 0xAF, 0xA1, 0xC8, 0xDA, 0x12, 0x20, 0x00, 0x21, 0, 127, 0x22, 0, 7);
        Send([0x40, 0x01, .. new byte[1023]]); // one pixel, top left

        Place().Should().Be((0, 0));
        Send(0x00, 0xA0);
        Place().Should().Be((127, 0));
        Send(0x00, 0xC0);
        Place().Should().Be((127, 63));
        Send(0x00, 0xA1, 0xC8, 0x45);
        Place().Should().Be((0, 59), "the start line is the row of the memory that is shown first");
        Send(0x00, 0x40, 0xD3, 4);
        Place().Should().Be((0, 60));
        Send(0x00, 0xD3, 0, 0xA7);
        _chip.Picture().Count(pixel => pixel == '#').Should().Be((128 * 64) - 1);
        Send(0x00, 0xA6, 0xA5);
        _chip.Picture().Should().NotContain(".");
        Send(0x00, 0xA4, 0xAE);
        _chip.Picture().Should().NotContain("#");
    }

    private (int X, int Y) Place()
    {
        string[] rows = _chip.Picture().Split('\n');
        int y = Array.FindIndex(rows, row => row.Contains('#', StringComparison.Ordinal));
        return (rows[y].IndexOf('#', StringComparison.Ordinal), y);
    }

    private void Send(params byte[] bytes) => _bus.CreateDevice(0x3C).Write(bytes);

    private static bool IsLit(int x, int y) => (x / 3 + y / 5) % 2 == 0;

    private static PlainImage Chequered()
    {
        PlainImage image = new(128, 64);
        for (int y = 0; y < 64; y++)
        {
            for (int x = 0; x < 128; x++)
                image.SetPixel(x, y, IsLit(x, y) ? Color.White : Color.Black);
        }
        return image;
    }

    /// <summary>Pictures without a library for pictures.</summary>
    private sealed class PlainImages : IImageFactory
    {
        public BitmapImage CreateBitmap(int width, int height, PixelFormat pixelFormat) => new PlainImage(width, height);

        public BitmapImage CreateFromStream(Stream data) => throw new NotSupportedException();
    }

    private sealed class PlainImage(int width, int height) : BitmapImage(width, height, width * 4, PixelFormat.Format32bppArgb)
    {
        private readonly byte[] _bytes = new byte[width * height * 4];

        public override void SetPixel(int x, int y, Color color) => BitConverter.TryWriteBytes(_bytes.AsSpan((y * Stride) + (x * 4)), color.ToArgb());

        public override Color GetPixel(int x, int y) => Color.FromArgb(BitConverter.ToInt32(_bytes, (y * Stride) + (x * 4)));

        public override Span<byte> AsByteSpan() => _bytes;

        public override void SaveToStream(Stream stream, ImageFileType format) => throw new NotSupportedException();

        public override IGraphics GetDrawingApi() => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            // nothing to let go of
        }
    }
}
